//! Labelled values and line items from rows of cells, whether they come from a CSV file or from the lines of a PDF.

use super::{Document, Line, MAX_LINES, Role, Unreadable, labels, labels::Label, unreadable};
use crate::engine::money::Amount;

/// Reads comma, semicolon or tab separated text: labelled rows, a table of lines, or both.
pub(super) fn from_csv(role: Role, text: &str) -> Result<Document, Unreadable> {
    let delimiter = [b';', b'\t', b','].into_iter().max_by_key(|d| text.bytes().take(4096).filter(|b| b == d).count());
    let mut reader = csv::ReaderBuilder::new()
        .has_headers(false)
        .flexible(true)
        .delimiter(delimiter.unwrap_or(b','))
        .trim(csv::Trim::All)
        .from_reader(text.as_bytes());
    let mut rows = Rows::new(role);
    for record in reader.records().take(MAX_LINES * 2) {
        let record = record.map_err(|error| unreadable(format!("it is not valid CSV ({error})")))?;
        let cells: Vec<&str> = record.iter().collect();
        rows.add(&cells);
    }
    Ok(rows.finish())
}

/// Reads the lines of a PDF, cells separated by tabs.
pub(super) fn from_lines(role: Role, lines: &[String]) -> Document {
    let mut rows = Rows::new(role);
    for line in lines.iter().take(MAX_LINES * 2) {
        let cells: Vec<&str> = line.split('\t').map(str::trim).filter(|cell| !cell.is_empty()).collect();
        rows.add(&cells);
    }
    rows.finish()
}

struct Rows {
    role: Role,
    document: Document,
    /// Meaning of each column once a table's heading was seen.
    columns: Vec<Option<Label>>,
    /// A label whose value may stand in the next row.
    open: Option<Label>,
}

impl Rows {
    fn new(role: Role) -> Self {
        Self { role, document: Document::default(), columns: Vec::new(), open: None }
    }

    fn finish(self) -> Document {
        self.document
    }

    fn add(&mut self, cells: &[&str]) {
        if cells.iter().all(|cell| cell.is_empty()) {
            return;
        }
        if let Some(columns) = heading(cells) {
            self.columns = columns;
            return;
        }
        if self.labelled(cells) {
            return;
        }
        if let Some(line) = self.line(cells)
            && self.document.lines.len() < MAX_LINES
        {
            self.shared(cells);
            self.document.lines.push(line);
        }
    }

    /// `Total | 1,250.00`, `Total: 1,250.00`, or a label alone with its value in the next row.
    fn labelled(&mut self, cells: &[&str]) -> bool {
        let filled: Vec<&str> = cells.iter().copied().filter(|cell| !cell.is_empty()).collect();
        if let (Some(label), [value]) = (self.open.take(), filled.as_slice())
            && labels::label(value).is_none()
            && !value.contains(':')
        {
            self.document.take(self.role, label, value);
            return true;
        }
        let mut found = false;
        let mut rest = filled.as_slice();
        while let [first, others @ ..] = rest {
            rest = others;
            if let Some((name, value)) = first.split_once(':')
                && let Some(label) = field(name)
            {
                found = true;
                match (value.trim(), others) {
                    ("", [value, more @ ..]) => {
                        self.document.take(self.role, label, value);
                        rest = more;
                    }
                    ("", []) => self.open = Some(label),
                    (value, _) => self.document.take(self.role, label, value),
                }
            } else if let Some(label) = field(first) {
                match others {
                    [value, more @ ..] => {
                        found = true;
                        self.document.take(self.role, label, value);
                        rest = more;
                    }
                    [] => self.open = Some(label),
                }
            } else if !found {
                return self.trailing(first) && others.is_empty();
            }
        }
        found
    }

    /// `Total 1,250.00` as one run of text.
    fn trailing(&mut self, text: &str) -> bool {
        let Some((name, value)) = text.rsplit_once(' ') else { return false };
        let (name, value) = match (Amount::parse(value), name.rsplit_once(' ')) {
            (None, Some((name, amount))) if labels::currency_in(value).is_some() => (name, amount),
            _ => (name, value),
        };
        let known = field(name);
        let fits = known.is_some_and(|label| Amount::parse(value).is_some() || !matches!(label, Label::Net | Label::Tax | Label::Total));
        if let (Some(label), true) = (known, fits) {
            self.document.take(self.role, label, value);
        }
        fits && known.is_some()
    }

    fn line(&self, cells: &[&str]) -> Option<Line> {
        if self.columns.is_empty() || cells.len() < 2 {
            return None;
        }
        let mut line = Line { description: String::new(), quantity: None, unit_price: None, amount: None };
        // Without empty cells a short row would shift: it is read from the right, where the amounts are.
        let skip = self.columns.len().saturating_sub(cells.len());
        for (column, cell) in self.columns.iter().skip(skip).zip(cells) {
            match column {
                Some(Label::Description) => line.description = cell.chars().take(500).collect(),
                Some(Label::Quantity) => line.quantity = Amount::parse(cell),
                Some(Label::UnitPrice) => line.unit_price = Amount::parse(cell),
                Some(Label::Amount) => line.amount = Amount::parse(cell),
                _ => {}
            }
        }
        line.value().map(|_| line)
    }

    /// In a flat table the document's own fields repeat in every row.
    fn shared(&mut self, cells: &[&str]) {
        if cells.len() != self.columns.len() {
            return;
        }
        for (column, cell) in self.columns.clone().into_iter().zip(cells) {
            if let Some(label) = column
                && !is_column(label)
            {
                self.document.take(self.role, label, cell);
            }
        }
    }
}

/// A label of the document, not of a line.
fn field(text: &str) -> Option<Label> {
    labels::label(text).filter(|label| !is_column(*label))
}

const fn is_column(label: Label) -> bool {
    matches!(label, Label::Description | Label::Quantity | Label::UnitPrice | Label::Amount)
}

/// A row is a heading if it names the description and at least one amount of a line.
fn heading(cells: &[&str]) -> Option<Vec<Option<Label>>> {
    let columns: Vec<Option<Label>> = cells.iter().map(|cell| labels::label(cell)).collect();
    let has = |label: Label| columns.contains(&Some(label));
    (has(Label::Description) && (has(Label::Amount) || (has(Label::Quantity) && has(Label::UnitPrice)))).then_some(columns)
}
