use runs::model::Place;
use runs::reading::address::{read_place, write_place};
use runs::value::percent::decode;

/// Kept in `history.state` beside the address: the number of the page's first run, and the newer pages on the way here.
///
/// A link has none of this, so that a number is never believed because an address says it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct PageTrail {
    pub first_number: Option<u64>,
    /// Newer pages, the newest first, each with its first run's number.
    pub newer_pages: Vec<(Place, Option<u64>)>,
}

/// Pages remembered on the way back.
const LONGEST: usize = 500;

impl PageTrail {
    /// One line for the page itself and one for each earlier page: `number place`.
    pub fn write(&self) -> String {
        let mut text = line(self.first_number, &Place::First);
        let from = self.newer_pages.len().saturating_sub(LONGEST);
        for (place, number) in &self.newer_pages[from..] {
            text.push('\n');
            text.push_str(&line(*number, place));
        }
        text
    }

    pub fn read(text: &str) -> Self {
        let mut lines = text.lines().map(parse);
        let Some((_, first_number)) = lines.next() else { return Self::default() };
        Self { first_number, newer_pages: lines.collect() }
    }
}

fn line(number: Option<u64>, place: &Place) -> String {
    let number = number.map(|number| number.to_string()).unwrap_or_default();
    format!("{number} {}", write_place(place).unwrap_or_default())
}

fn parse(line: &str) -> (Place, Option<u64>) {
    let (number, place) = line.split_once(' ').unwrap_or((line, ""));
    // As in an address, ids stand there encoded.
    (read_place(&decode(place)), number.parse().ok())
}
