"""What every shop asks each month: what moved revenue, whether new customers return."""
