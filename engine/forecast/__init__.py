"""From judged counts to what each detector will count on the day to be planned."""
