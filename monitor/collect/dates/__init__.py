"""When was an article published, by the date that its feed writes?"""
