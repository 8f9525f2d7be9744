"""Files brought by the browser: looked at first, stored when somebody says so."""
