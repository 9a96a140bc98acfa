// Prices for the coordinator's sheet.

/// Prices for the first rows of the sheet, as people write them: above what the farms are paid, for
/// others are refused.
export async function dearer(page, many, by = 2.5) {
	const paid = await page.locator("tr[data-row]").evaluateAll((rows, many) =>
		rows.slice(0, many).map((row) => row.querySelector("[data-label='Prix ferme']").textContent), many);
	return paid.map((text) => (parseFloat(text.replace(",", ".")) + by).toFixed(2).replace(".", ","));
}
