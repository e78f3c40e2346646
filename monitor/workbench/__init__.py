"""What would other rules have done, and what do ratings teach?"""
