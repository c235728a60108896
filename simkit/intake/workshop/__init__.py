"""The workshop kit: an Excel questionnaire for each participant, and what is read from those that come back."""
