"""Readers of the files that counts come in; each gives the long table `detector,start,interval_s,count,…`, lazily."""
