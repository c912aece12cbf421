use super::shared::{n, several};
use crate::strings::FormWords;
use runs::Json;
use runs::form::{ChoiceWords, Format, Pasted, Type, Unchecked, Unfit, VariantName, Wrong, field_text};
use runs::value::json::Number;

pub(super) static WORDS: FormWords = FormWords {
    problem: |problem| wrong(&problem.wrong, &problem.found),
    tools: "Views of the data",
    form: "Form",
    json: "JSON",
    undo: "Undo",
    redo: "Redo",
    undo_key: "Undo the last edit (Ctrl+Z)",
    redo_key: "Redo (Ctrl+Shift+Z or Ctrl+Y)",
    undone: |field| format!("Undone: {field}"),
    redone: |field| format!("Redone: {field}"),
    reverted: |field| format!("{field} is as it was read"),
    revert_key: "Back to what was read",
    inferred: "There is no schema for this data.",
    inferred_next: "The form is made from the data itself: types are guessed, and nothing else is checked here.",
    summary: |count| several(count, "thing to correct before this can be approved:", "things to correct before this can be approved:"),
    more_problems: |count| format!("and {} more", n(count)),
    mend,
    mend_keys: |keys| format!("Or {keys}, in the field"),
    mended: |field| format!("{field} is put right"),
    other_types: |count| several(count, "value has another type than the schema says.", "values have another type than the schema says."),
    other_types_next: "Each can be put right at its field, or all at once; Undo takes it back.",
    mend_all: |count| format!("Put {} right", several(count, "value", "values")),
    all_mended: |count| several(count, "value is put right", "values are put right"),
    variant: |field| format!("Kind of {field}"),
    variant_name,
    no_variant: "None of the kinds fits",
    choice,
    remove: "Remove",
    set_null: "Set to nothing",
    empty_text: "An empty text, not nothing.",
    null: "nothing",
    new_name: |group| format!("Name of a new field in {group}"),
    add_lacking: |name| format!("Add “{name}”"),
    add_name: "Add field",
    name_taken: |name| format!("There is a field {name} already."),
    move_up: |list, place| format!("Move {list} {} up", n(place)),
    move_down: |list, place| format!("Move {list} {} down", n(place)),
    moved: |place| format!("Moved to line {}", n(place)),
    removed: |place| format!("Line {} removed", n(place)),
    full: |max| format!("No more than {} allowed.", several(max, "item is", "items are")),
    wider: "The table is wider than the form: scroll it sideways for the other columns.",
    table_keys: "Arrows leave a cell at its edge. Cells of a spreadsheet can be pasted.",
    removes_line: |keys| format!("{keys} removes the line."),
    moves_up: |keys| format!("{keys} moves it up."),
    moves_down: |keys| format!("{keys} moves it down."),
    paste_title: |pasted| format!("Paste {}?", cells(pasted)),
    paste_means,
    paste_line: "Line",
    paste_column: "Column",
    paste_now: "Now",
    paste_then: "After",
    paste_do: |pasted| format!("Paste {}", cells(pasted)),
    paste_one: "Put all of it into this field",
    paste_cancel: "Cancel",
    pasted,
    pasted_rest,
    unfit,
    close: "Close",
    whole_label: "The whole data as JSON",
    whole_hint: "The same draft as the form: what is changed here is changed there. Digits stay as they are.",
    whole_wrong: "The JSON view holds text that cannot be taken.",
    whole_wrong_next: "The form shows the last text that could. Editing here puts the form's data in its place; Undo brings the text back.",
    to_the_place: "Go to the place",
    to_json: "Go to the JSON view",
    drop_whole: "Discard that text",
};

fn wrong(wrong: &Wrong, found: &str) -> String {
    let quoted = format!("“{found}”");
    match wrong {
        Wrong::Missing => "Nothing found, a value is required.".into(),
        Wrong::Null => "Nothing found, a value is required.".into(),
        Wrong::Type { expected, found } => format!("{} found, {} is expected.", capital(a_type(*found)), a_type(*expected)),
        Wrong::NotANumber => format!("{quoted} found, a number is expected."),
        Wrong::Ambiguous { .. } => format!("{quoted} can be read in several ways. Which one is meant?"),
        Wrong::Incomplete => "The date is not complete. The value is still what it was.".into(),
        Wrong::NotValid => format!("The vendor sent {found}, which is not valid JSON. It cannot be approved: enter a value, or reject."),
        Wrong::NotWhole => format!("{found} found, a whole number is expected."),
        Wrong::NotJson { line, column } => format!("This is not JSON: see line {}, column {}.", n(*line), n(*column)),
        Wrong::TooShort { min, found } => format!("{} found, at least {} expected.", characters(*found), several(*min, "is", "are")),
        Wrong::TooLong { max, found } => format!("{} found, at most {} allowed.", characters(*found), several(*max, "is", "are")),
        Wrong::Below { min, open: false } => format!("{found} found, {min} or more is expected."),
        Wrong::Below { min, open: true } => format!("{found} found, more than {min} is expected."),
        Wrong::Above { max, open: false } => format!("{found} found, {max} or less is expected."),
        Wrong::Above { max, open: true } => format!("{found} found, less than {max} is expected."),
        Wrong::NotMultiple { of } => format!("{found} found, a multiple of {of} is expected."),
        Wrong::NotAllowed { allowed, more } => {
            let rest = if *more > 0 { format!(" or {}", several(*more, "other", "others")) } else { String::new() };
            let found = if found.is_empty() { "This".to_owned() } else { quoted };
            format!("{found} found, allowed: {}{rest}.", allowed.join(", "))
        }
        Wrong::NoSuchName => "The schema allows no field of this name. Remove it.".into(),
        Wrong::ReadOnly { path } if path.is_empty() => "The number of items may not be changed here.".into(),
        Wrong::ReadOnly { path } => format!("{path} may be looked at but not changed."),
        Wrong::BadFormat(format) => format!("{quoted} found, {} is expected.", a_format(*format)),
        Wrong::Pattern { pattern } => format!("{quoted} found, text that fits the pattern {pattern} is expected."),
        Wrong::TooFew { min, found } => format!("{} found, at least {} expected.", items(*found), several(*min, "is", "are")),
        Wrong::TooMany { max, found } => format!("{} found, at most {} allowed.", items(*found), several(*max, "is", "are")),
        Wrong::Repeated { first, again } => format!("Items {} and {} are the same, each may occur once.", n(first + 1), n(again + 1)),
        Wrong::Types { expected, found } => {
            let expected: Vec<&str> = expected.iter().copied().map(a_type).collect();
            format!("{} found, {} is expected.", capital(a_type(*found)), expected.join(" or "))
        }
        Wrong::NotInFormat { format } => format!("{quoted} found, text of the format {format} is expected."),
        Wrong::Lacks { name, because: None } => format!("A value for “{name}” is required here."),
        Wrong::Lacks { name, because: Some(because) } => format!("A value for “{name}” is required because “{because}” has one."),
        Wrong::NeededBy { because } => format!("Nothing found, a value is required because “{because}” has one."),
        Wrong::RuledOut => "The schema rules this value out.".into(),
        Wrong::NoneFits => "It fits none of the kinds that the schema allows.".into(),
        Wrong::SeveralFit { count } => format!("It fits {} kinds, and the schema allows one of them only.", n(*count)),
        Wrong::Contains { min, max: None } => {
            format!("At least {} of the kind that the schema asks for.", several(*min, "item is expected", "items are expected"))
        }
        Wrong::Contains { min, max: Some(max) } => {
            format!("{} to {} of the kind that the schema asks for.", n(*min), several(*max, "item is expected", "items are expected"))
        }
        Wrong::TooFewNames { min, found } => format!("{} found, at least {} expected.", values(*found), several(*min, "is", "are")),
        Wrong::TooManyNames { max, found } => format!("{} found, at most {} allowed.", values(*found), several(*max, "is", "are")),
        Wrong::NoSuchItem => "The schema allows no item here. Remove it.".into(),
        Wrong::BadName { name } => format!("The name “{name}” is not one that the schema allows."),
        Wrong::Within { path, wrong: inner } => {
            format!("{}: {}", path.trim_start_matches('/').replace('/', ", "), self::wrong(inner, found))
        }
        Wrong::TooLongToRead => "Too long to be checked here. The vendor checks it.".into(),
        Wrong::Unchecked(what) => unchecked(what),
        Wrong::AsSent(wrong) if **wrong == Wrong::NoSuchName => "The schema allows no field of this name; the vendor sent it so.".into(),
        Wrong::AsSent(wrong) => format!("The vendor sent it so: {}", self::wrong(wrong, found)),
    }
}

fn unchecked(what: &Unchecked) -> String {
    match what {
        Unchecked::Pattern(pattern) => format!("Not checked here: the pattern {pattern} cannot be read."),
        Unchecked::SlowPattern(pattern) => format!("Not checked here: the pattern {pattern} takes too long on this text."),
        Unchecked::Format(format) => format!("Not checked here: the format {format} is not known."),
        Unchecked::Reference(target) => format!("Not checked here: the rules at {target} are not part of this schema."),
        Unchecked::Word(word) => format!("Not checked here: the rule “{word}” cannot be told."),
    }
}

fn values(count: u64) -> String {
    several(count, "value", "values")
}

fn characters(count: u64) -> String {
    several(count, "character", "characters")
}

fn items(count: u64) -> String {
    several(count, "item", "items")
}

fn variant_name(name: &VariantName, at: usize) -> String {
    let below = |max: &(Number, bool)| if max.1 { format!("less than {}", max.0) } else { format!("{} or less", max.0) };
    let above = |min: &(Number, bool)| if min.1 { format!("more than {}", min.0) } else { format!("{} or more", min.0) };
    match name {
        VariantName::Text(text) => text.clone(),
        VariantName::Type(kind) => capital(a_type(*kind)),
        VariantName::Format(format) => {
            let format = a_format(*format);
            capital(format.split(" (").next().unwrap_or(format))
        }
        VariantName::Values(values) => values.join(", "),
        VariantName::Pattern(pattern) => format!("Text that fits {pattern}"),
        VariantName::Limits { whole, min, max } => {
            let kind = capital(a_type(if *whole { Type::Whole } else { Type::Number }));
            let limits: Vec<String> = min.as_ref().map(above).into_iter().chain(max.as_ref().map(below)).collect();
            format!("{kind}, {}", limits.join(", "))
        }
        VariantName::MultipleOf(unit) => format!("A multiple of {unit}"),
        VariantName::Lengths { min, max } => match (min, max) {
            (Some(min), Some(max)) => format!("Text of {} to {}", n(*min), characters(*max)),
            (Some(min), None) => format!("Text of {} or more", characters(*min)),
            (None, max) => format!("Text of up to {}", characters(max.unwrap_or_default())),
        },
        VariantName::With(names) => format!("With {}", names.join(", ")),
        VariantName::Where(property, told) => format!("{property}: {}", variant_name(told, at)),
        VariantName::Unnamed => format!("Kind {}", n(at + 1)),
        VariantName::Counted(name, nth) => format!("{} ({})", variant_name(name, at), n(*nth)),
    }
}

fn choice(value: &Json, words: &ChoiceWords, quoted: bool) -> String {
    let code = match value {
        Json::String(text) if text.is_empty() => "empty text".to_owned(),
        value if quoted => format!("“{}”", field_text(value)),
        value => field_text(value),
    };
    let title = match words.title.as_deref() {
        Some(title) if title != code => format!("{title} ({code})"),
        _ => code,
    };
    words.description.as_ref().map_or_else(|| title.clone(), |description| format!("{title}: {description}"))
}

fn mend(value: &Json, asked: bool) -> String {
    match value {
        value if asked => field_text(value),
        Json::Null => "Set to nothing".into(),
        Json::Bool(true) => "Make it Yes".into(),
        Json::Bool(false) => "Make it No".into(),
        Json::Number(number) => format!("Make it the number {number}"),
        Json::String(text) if text.is_empty() => "Make it an empty text".into(),
        Json::String(text) => format!("Make it the text “{text}”"),
        Json::Array(items) if items.is_empty() => "Make it an empty list".into(),
        Json::Array(_) | Json::Object(_) => "Take the JSON in the text".into(),
    }
}

/// All that a paste fills, with what does not fit.
fn cells(pasted: &Pasted) -> String {
    several(pasted.cells + pasted.unfit_count, "cell", "cells")
}

fn paste_means(pasted: &Pasted) -> Vec<String> {
    let mut said = Vec::new();
    let mut add = |count: usize, one: &'static str, many: &'static str| {
        if count > 0 {
            said.push(several(count, one, many));
        }
    };
    add(pasted.replaced, "cell holds something else now.", "cells hold something else now.");
    add(pasted.added, "line is added.", "lines are added.");
    add(pasted.rows_left, "line has no place and is left out.", "lines have no place and are left out.");
    add(pasted.columns_left, "column is left out: the table ends before it.", "columns are left out: the table ends before them.");
    add(pasted.locked, "cell may not be changed and stays.", "cells may not be changed and stay.");
    add(pasted.unfit_count, "cell does not fit or asks how it is meant.", "cells do not fit or ask how they are meant.");
    if pasted.by_name {
        said.push("The first line names the columns.".to_owned());
    }
    said.push("One undo takes all of it back.".to_owned());
    said
}

fn pasted(pasted: &Pasted) -> String {
    let cells = several(pasted.cells, "cell", "cells");
    match pasted.added {
        0 => format!("{cells} pasted."),
        added => format!("{cells} pasted, {} added.", several(added, "line", "lines")),
    }
}

fn pasted_rest(pasted: &Pasted) -> Vec<String> {
    let mut said = Vec::new();
    if pasted.by_name {
        said.push("The first line named the columns.".to_owned());
    }
    if pasted.rows_left > 0 {
        let lines = several(pasted.rows_left, "line was", "lines were");
        said.push(match pasted.max {
            Some(max) => format!("{lines} left out: the list holds {}.", n(max)),
            None => format!("{lines} left out."),
        });
    }
    match pasted.columns_left {
        0 => {}
        columns => {
            said.push(several(
                columns,
                "column was left out: the table ends before it.",
                "columns were left out: the table ends before them.",
            ));
        }
    }
    match pasted.locked {
        0 => {}
        locked => said.push(several(locked, "cell may not be changed and stayed.", "cells may not be changed and stayed.")),
    }
    match pasted.unfit_count {
        0 => {}
        count => said.push(several(
            count,
            "cell does not fit; its text stands there to be corrected:",
            "cells do not fit; their texts stand there to be corrected:",
        )),
    }
    said
}

fn unfit(unfit: &Unfit) -> String {
    format!("Line {}, {}: {}", n(unfit.line), unfit.column, wrong(&unfit.wrong, &unfit.found))
}

fn capital(text: &str) -> String {
    let mut rest = text.chars();
    rest.next().map_or_else(String::new, |first| format!("{}{}", first.to_ascii_uppercase(), rest.as_str()))
}

fn a_type(kind: Type) -> &'static str {
    match kind {
        Type::Text => "text",
        Type::Number => "a number",
        Type::Whole => "a whole number",
        Type::Bool => "yes or no",
        Type::List => "a list",
        Type::Object => "an object",
        Type::Null => "nothing",
    }
}

fn a_format(format: Format) -> &'static str {
    match format {
        Format::Date => "a date (year-month-day, like 2026-11-18)",
        Format::DateTime => "a date with a time (like 2026-11-18T10:48:00Z)",
        Format::Time => "a time (like 10:48:00)",
        Format::Email => "an e-mail address",
        Format::Uri => "a web address with its scheme (like https://example.com)",
        Format::Uuid => "a UUID",
        Format::Ipv4 => "an IPv4 address (like 192.0.2.1)",
        Format::Ipv6 => "an IPv6 address (like 2001:db8::1)",
    }
}
