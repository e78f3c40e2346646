"""Would an alert arrive, and would we know?"""
