"""Who should meet whom: candidates, fit, chance, bridge gain, selection, reasons and their evaluation."""
