"""What is open, and what runs when?"""
