"""The kinds of chart that chapters share; `style` is the language and the colours of every chart."""
