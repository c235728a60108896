"""The kinds of chart that chapters share."""
