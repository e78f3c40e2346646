"""What does a text mean, in numbers that a second opinion can weigh?"""
