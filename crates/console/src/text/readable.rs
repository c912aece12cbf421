//! Output of programs without terminal control codes.

/// Without the sequences that colour a terminal's text (ECMA-48), and without other controls but tabs and line ends.
pub fn readable(text: &str) -> String {
    let odd = |character: char| character.is_control() && !matches!(character, '\t' | '\n' | '\r');
    if !text.contains(odd) {
        return text.to_owned();
    }
    let mut kept = String::with_capacity(text.len());
    let mut rest = text.chars().peekable();
    while let Some(character) = rest.next() {
        let kind = match character {
            '\u{1b}' => rest.next_if(|next| matches!(next, '\u{20}'..='\u{7e}')),
            '\u{9b}' => Some('['),
            '\u{9d}' => Some(']'),
            character => {
                if !odd(character) {
                    kept.push(character);
                }
                continue;
            }
        };
        match kind {
            Some('[') => {
                while rest.next_if(|next| matches!(next, '\u{20}'..='\u{3f}')).is_some() {}
                rest.next_if(|next| matches!(next, '\u{40}'..='\u{7e}'));
            }
            // What chooses a set of characters.
            Some('\u{20}'..='\u{2f}') => {
                while rest.next_if(|next| matches!(next, '\u{20}'..='\u{2f}')).is_some() {}
                rest.next_if(|next| matches!(next, '\u{30}'..='\u{7e}'));
            }
            // A title or a link, up to its end. One that is never ended is no sequence: the text stays.
            Some(']') => {
                let ended = |next: &char| matches!(next, '\u{7}' | '\u{9c}' | '\u{1b}');
                let length = rest.clone().take_while(|next| !ended(next)).count();
                if rest.clone().nth(length).is_some() {
                    rest.nth(length);
                    rest.next_if_eq(&'\\');
                }
            }
            _ => {}
        }
    }
    kept
}
