"""Control totals: what a region may hand out of an asset, as accounts that no race overdraws."""
