"""What no run needs: the demo client's generator and the generated pages of the documentation."""
