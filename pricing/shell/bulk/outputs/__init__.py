"""What a reconciliation is handed over as: a picture, a page, a workbook, rows of FOCUS and a journal."""
