"""Around allauth: limits on guessing, the second step, what the trail keeps, and the mails about accounts."""
