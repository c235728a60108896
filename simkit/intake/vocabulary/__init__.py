"""The words that exports are made of, and how names of persons are told from them."""
