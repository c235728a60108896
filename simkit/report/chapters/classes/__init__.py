"""The chapter "classes": how firm the customer classes are."""
