//! Date formats found in documents.

/// Year, month and day of an ISO 8601 date, or of a time that begins with one.
pub(super) fn date_of(text: &str) -> Option<(u32, usize, u32)> {
    let (date, rest) = text.split_at_checked(10)?;
    if !(rest.is_empty() || rest.starts_with(['T', ' '])) {
        return None;
    }
    let mut parts = date.split('-');
    let (year, month, day) = (parts.next()?, parts.next()?, parts.next()?);
    let (year, month, day): (u32, usize, u32) = (year.parse().ok()?, month.parse().ok()?, day.parse().ok()?);
    (date.bytes().filter(|byte| *byte == b'-').count() == 2 && (1..=12).contains(&month) && (1..=31).contains(&day))
        .then_some((year, month, day))
}

/// Names of the months as documents have them, short and long; short ones also end in a full stop.
const MONTHS: [&[&str]; 12] = [
    &["jan", "january", "januar"],
    &["feb", "february", "februar"],
    &["mar", "march", "märz", "mär"],
    &["apr", "april"],
    &["may", "mai"],
    &["jun", "june", "juni"],
    &["jul", "july", "juli"],
    &["aug", "august"],
    &["sep", "sept", "september"],
    &["oct", "october", "okt", "oktober"],
    &["nov", "november"],
    &["dec", "december", "dez", "dezember"],
];

/// The ways in which documents write a date. Day and month change places only between slashes, where both orders are in use.
pub(super) fn written((year, month, day): (u32, usize, u32)) -> Vec<Vec<char>> {
    let mut ways =
        vec![format!("{year:04}-{month:02}-{day:02}"), format!("{year:04}/{month:02}/{day:02}"), format!("{year:04}.{month:02}.{day:02}")];
    let short = year % 100;
    for (day, month) in [(format!("{day:02}"), format!("{month:02}")), (day.to_string(), month.to_string())] {
        for year in [format!("{year:04}"), format!("{short:02}")] {
            for point in [".", "/", "-", ". "] {
                ways.push(format!("{day}{point}{month}{point}{year}"));
            }
            ways.push(format!("{month}/{day}/{year}"));
        }
    }
    for name in MONTHS[month - 1] {
        for day in [day.to_string(), format!("{day:02}")] {
            for name in [(*name).to_owned(), format!("{name}.")] {
                for way in [
                    format!("{day} {name} {year}"),
                    format!("{day}. {name} {year}"),
                    format!("{day} {name}, {year}"),
                    format!("{day}-{name}-{year}"),
                    format!("{name} {day}, {year}"),
                    format!("{name} {day} {year}"),
                ] {
                    ways.push(way);
                }
            }
        }
    }
    ways.iter().map(|way| way.chars().collect()).collect()
}
