"""From detector forecasts to the flow of every movement, and traffic drawn from those flows."""
