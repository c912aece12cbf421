//! How digits are written and grouped, for numbers that people type and numbers that stand in documents.

/// The first digit of each of Unicode's ranges of ten decimal digits that are written in documents.
const ZEROS: &[char] = &[
    '٠',
    '۰',
    '߀',
    '०',
    '০',
    '੦',
    '૦',
    '୦',
    '௦',
    '౦',
    '೦',
    '൦',
    '෦',
    '๐',
    '໐',
    '༠',
    '၀',
    '០',
    '᠐',
    '０',
    '\u{1d7ce}',
    '\u{1d7d8}',
    '\u{1d7e2}',
    '\u{1d7ec}',
    '\u{1d7f6}',
];

/// A digit of any script as that of ASCII.
pub fn ascii(character: char) -> Option<char> {
    let digit = ZEROS.iter().find_map(|zero| u32::from(character).checked_sub(u32::from(*zero)).filter(|digit| *digit < 10));
    digit.and_then(|digit| char::from_digit(digit, 10))
}

/// The digits before the decimal mark: one run, or groups of three, or as in India groups of two before the last three.
pub fn whole(runs: &[String], marks: &[char], decimal: Option<char>) -> Option<String> {
    let first = runs.first().filter(|first| !first.is_empty())?;
    if let Some(mark) = marks.first() {
        let same = marks.iter().all(|other| other == mark) && Some(*mark) != decimal && *mark != '٫';
        let rest = runs.get(1..).unwrap_or_default();
        let (last, middle) = rest.split_last()?;
        let thousands = first.len() <= 3 && rest.iter().all(|run| run.len() == 3);
        let lakhs = first.len() <= 2 && !middle.is_empty() && middle.iter().all(|run| run.len() == 2) && last.len() == 3;
        if !same || first.starts_with('0') || !(thousands || lakhs) {
            return None;
        }
    }
    Some(runs.concat())
}
