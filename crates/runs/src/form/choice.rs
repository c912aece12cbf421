//! Values of an enumeration: chosen by their place, since several may read alike, and named in the schema's own words.

use super::{Draft, Kind, Node, field_text};
use crate::value::decimal::same_value;
use crate::value::json::{Json, Map, is_number};

/// What the schema calls a value of an enumeration.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ChoiceWords {
    pub title: Option<String>,
    pub description: Option<String>,
}

/// One entry of a field whose values are chosen.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Pick {
    /// The field is not there.
    Absent,
    Null,
    /// The value of the schema at this place.
    At(usize),
    /// What stands there although the schema does not offer it.
    Other,
}

impl Pick {
    /// How a control names it.
    pub fn word(self) -> String {
        match self {
            Self::Absent => "absent".into(),
            Self::Null => "null".into(),
            Self::At(at) => at.to_string(),
            Self::Other => "other".into(),
        }
    }

    pub fn read(word: &str) -> Option<Self> {
        match word {
            "absent" => Some(Self::Absent),
            "null" => Some(Self::Null),
            "other" => Some(Self::Other),
            at => at.parse().ok().map(Self::At),
        }
    }
}

impl Node {
    /// The values that are offered; `None`: the field is typed into.
    pub fn options(&self) -> Option<&[Json]> {
        static SWITCH: [Json; 2] = [Json::Bool(true), Json::Bool(false)];
        match &self.kind {
            Kind::Choice { options, .. } => Some(options),
            Kind::Bool => Some(&SWITCH),
            _ => None,
        }
    }

    /// Whether an option is shown in quotes: only so are `1` and `"1"`, or `a` and `a` with a blank, told apart.
    pub fn is_quoted(&self, at: usize) -> bool {
        let Some((options, Json::String(text))) = self.options().and_then(|options| Some((options, options.get(at)?))) else {
            return false;
        };
        let others = self.nullable || options.iter().any(|option| !option.is_string());
        let like_another = others && (is_number(text) || matches!(text.as_str(), "null" | "true" | "false"));
        text.trim() != text || text.contains("  ") || text.contains(char::is_control) || like_another
    }
}

impl Draft {
    /// What a field of chosen values offers, in order.
    pub fn picks(&self, node: &Node) -> Vec<Pick> {
        let now = self.picked(&node.path);
        let mut picks = Vec::new();
        picks.extend((!node.required || now == Pick::Absent).then_some(Pick::Absent));
        picks.extend((node.nullable || now == Pick::Null).then_some(Pick::Null));
        picks.extend((0..node.options().map_or(0, <[Json]>::len)).map(Pick::At));
        picks.extend((now == Pick::Other).then_some(Pick::Other));
        picks
    }

    /// The entry that stands there.
    pub fn picked(&self, path: &str) -> Pick {
        if self.typed(path).is_some() {
            return Pick::Other;
        }
        match (self.get(path), self.form().find(path).and_then(Node::options)) {
            (None, _) => Pick::Absent,
            (Some(Json::Null), _) => Pick::Null,
            (Some(value), options) => {
                let place = options.and_then(|options| options.iter().position(|option| same_value(option, value)));
                place.map_or(Pick::Other, Pick::At)
            }
        }
    }

    /// Takes an entry. The value that was read comes back as it was written.
    pub fn pick(&mut self, path: &str, pick: Pick) -> bool {
        let Some(node) = self.field(path) else { return false };
        match pick {
            Pick::Absent => !node.required && self.write(path, None, self.loose.without(path), false),
            Pick::Null => node.nullable && self.put(path, Json::Null),
            Pick::Other => self.revert(path),
            Pick::At(at) => {
                let Some(option) = node.options().and_then(|options| options.get(at)).cloned() else { return false };
                let as_read = self.original(path).filter(|original| same_value(original, &option)).cloned();
                self.put(path, as_read.unwrap_or(option))
            }
        }
    }
}

/// The values that a schema allows one by one, each with its words.
pub(super) fn worded(schema: &Json) -> Option<Vec<(Json, ChoiceWords)>> {
    let map = schema.as_object()?;
    let own = |word: &str| map.get(word).and_then(Json::as_str).filter(|text| !text.trim().is_empty()).map(str::to_owned);
    match (map.get("const"), map.get("enum")) {
        (Some(only), _) => Some(vec![(only.clone(), ChoiceWords { title: own("title"), description: own("description") })]),
        (None, Some(Json::Array(options))) => {
            let words = |at: usize, option: &Json| ChoiceWords {
                title: vendor_word(map, &["names", "titles", "labels", "varnames", "itemlabels"], at, option, options.len()),
                description: vendor_word(map, &["descriptions", "help"], at, option, options.len()),
            };
            let mut all: Vec<(Json, ChoiceWords)> =
                options.iter().enumerate().map(|(at, option)| (option.clone(), words(at, option))).collect();
            for told in map.get("x-ms-enum").and_then(|told| told.get("values")?.as_array()).into_iter().flatten() {
                let of = |word: &str| told.get(word).and_then(Json::as_str).map(str::to_owned);
                if let Some((_, words)) =
                    all.iter_mut().find(|(option, _)| told.get("value").is_some_and(|value| same_value(value, option)))
                {
                    (words.title, words.description) = (of("name"), of("description"));
                }
            }
            Some(all)
        }
        _ => None,
    }
}

/// `enumNames` and its like, which are in no standard: a list beside the values, or names by value.
fn vendor_word(map: &Map<String, Json>, ends: &[&str], at: usize, option: &Json, count: usize) -> Option<String> {
    let is_one = |key: &str| {
        let plain: String = key.chars().filter(char::is_ascii_alphabetic).map(|letter| letter.to_ascii_lowercase()).collect();
        let plain = plain.trim_start_matches('x').trim_start_matches("ui").trim_start_matches("markdown");
        plain.strip_prefix("enum").is_some_and(|rest| ends.contains(&rest))
    };
    let told = map.iter().filter(|(key, _)| is_one(key)).find_map(|(_, words)| match words {
        Json::Array(words) if words.len() == count => words.get(at),
        Json::Object(words) => words.get(&field_text(option)),
        _ => None,
    })?;
    told.as_str().filter(|text| !text.trim().is_empty()).map(str::to_owned)
}
