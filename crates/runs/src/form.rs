//! A form for one JSON document, made from its JSON Schema or, without one, from the data itself.
//!
//! What of JSON Schema (2020-12, <https://json-schema.org/draft/2020-12>) a form cannot show as a field becomes a JSON text
//! field: nothing of the data is ever lost, whatever the schema says.

mod branch;
mod build;
mod check;
mod choice;
mod clipboard;
mod draft;
mod edit;
mod ends;
mod finding;
mod infer;
mod lines;
mod mend;
mod named;
mod notation;
mod number;
mod paste;
mod pattern;
mod problem;
mod rebase;
mod schema;
mod variant;
mod whole;

pub use check::{Checked, problems};
pub use choice::{ChoiceWords, Pick};
pub use clipboard::grid;
pub use draft::Draft;
pub use ends::plain_ends;
pub use finding::{findings, joined};
pub use named::named_in;
pub use paste::{Pasted, Replaced, Unfit};
pub use problem::{Problem, Unchecked, Wrong};
pub use rebase::{rebase, rebase_texts};

use crate::value::json;
use crate::value::json::{Json, Number};
use crate::value::time::Timestamp;

#[derive(Clone, Debug, PartialEq)]
pub struct Form {
    pub root: Node,
    /// Made from the data: nothing is known of what is allowed.
    pub inferred: bool,
}

/// One field, or one group or list of them.
#[derive(Clone, Debug, PartialEq)]
pub struct Node {
    /// JSON pointer (RFC 6901); empty for the whole.
    pub path: String,
    /// The property's name, or the place in the list.
    pub key: String,
    /// Zero-based, of a list item.
    pub place: Option<usize>,
    pub title: Option<String>,
    pub description: Option<String>,
    pub required: bool,
    pub nullable: bool,
    /// May be looked at but not changed.
    pub read_only: bool,
    /// In the data but not in the schema.
    pub extra: bool,
    /// In the data although the schema allows no such name.
    pub forbidden: bool,
    /// Its kind was taken from the data: the schema says none.
    pub guessed: bool,
    pub default: Option<Json>,
    /// `oneOf` and `anyOf` of different kinds: the person may take another one.
    pub variants: Option<Variants>,
    pub kind: Kind,
}

/// Alternatives for one place, without `null`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Variants {
    pub names: Vec<VariantName>,
    /// `None`: the data fits none.
    pub chosen: Option<usize>,
    /// All of them are single values: the one that accepts what is typed is taken, unless the person chose.
    pub single: bool,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum VariantName {
    Text(String),
    Type(Type),
    Format(Format),
    /// The first values that it allows.
    Values(Vec<String>),
    Pattern(String),
    /// The limit, and whether it is itself excluded.
    Limits {
        whole: bool,
        min: Option<(Number, bool)>,
        max: Option<(Number, bool)>,
    },
    MultipleOf(Number),
    Lengths {
        min: Option<u64>,
        max: Option<u64>,
    },
    /// The names that only it has.
    With(Vec<String>),
    /// A property, and what it is here.
    Where(String, Box<VariantName>),
    Unnamed,
    /// Several read alike: counted from one.
    Counted(Box<VariantName>, usize),
}

#[derive(Clone, Debug, PartialEq)]
pub enum Kind {
    Text(TextRules),
    Number(NumberRules),
    Bool,
    /// `enum` and `const`; `null` among them makes the node nullable instead.
    Choice {
        options: Vec<Json>,
        /// The schema's words for each.
        words: Vec<ChoiceWords>,
    },
    Object {
        fields: Vec<Node>,
        /// What a field of any other name looks like, if such may be added; its path is of no use.
        more: Option<Box<Node>>,
    },
    List {
        items: Vec<Node>,
        /// What a new item looks like; its path is of no use.
        template: Box<Node>,
        min: Option<u64>,
        max: Option<u64>,
        /// Items are objects of single values: a table with the template's fields as columns.
        flat: bool,
    },
    /// Anything else, as JSON text.
    Json {
        expected: Option<Type>,
    },
}

/// What a control needs to know of a text: the rest is the validator's business.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct TextRules {
    pub format: Option<Format>,
    /// Better in several lines.
    pub long: bool,
}

/// The same of a number.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct NumberRules {
    pub integer: bool,
    pub min: Option<Number>,
    /// `min` itself is not allowed.
    pub min_open: bool,
    pub max: Option<Number>,
    pub max_open: bool,
    /// It has to be a multiple of each.
    pub units: Vec<Number>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    Date,
    DateTime,
    Time,
    Email,
    Uri,
    Uuid,
    Ipv4,
    Ipv6,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Type {
    Text,
    Number,
    Whole,
    Bool,
    List,
    Object,
    Null,
}

/// A form for `data` as it is now. With a schema that says nothing it is the same as without one.
pub fn fields(schema: Option<&Json>, data: &Json) -> Form {
    let inferred = schema.is_none_or(schema::says_nothing);
    match schema.filter(|_| !inferred) {
        Some(schema) => build::form(schema, false, data, &[], &json::Map::new()),
        None => build::form(&infer::schema(data), true, data, &[], &json::Map::new()),
    }
}

/// What a control shows of a value: texts bare, `null` as nothing, everything else as JSON with its digits.
pub fn field_text(value: &Json) -> String {
    match value {
        Json::Null => String::new(),
        other => json::plain(other),
    }
}

/// Whether a text is in its format. Times are taken as leniently as vendors write them.
pub fn format_ok(format: Format, text: &str) -> bool {
    match format {
        Format::Date => text.len() == 10 && Timestamp::parse(&format!("{text}T00:00:00Z")).is_some(),
        Format::DateTime => Timestamp::parse(text).is_some(),
        Format::Time => Timestamp::parse(&format!("2000-01-01T{text}")).is_some(),
        Format::Email => {
            let (name, host) = text.rsplit_once('@').unwrap_or_default();
            !name.is_empty() && !host.is_empty() && !text.contains(char::is_whitespace) && !host.starts_with('.') && !host.ends_with('.')
        }
        Format::Uri => {
            let (scheme, rest) = text.split_once(':').unwrap_or_default();
            let named = scheme.starts_with(|first: char| first.is_ascii_alphabetic())
                && scheme.chars().all(|other| other.is_ascii_alphanumeric() || "+-.".contains(other));
            named && !rest.is_empty() && !text.contains(|other: char| other.is_whitespace() || other.is_control() || "<>\"".contains(other))
        }
        Format::Ipv4 => text.parse::<std::net::Ipv4Addr>().is_ok(),
        Format::Ipv6 => text.parse::<std::net::Ipv6Addr>().is_ok(),
        Format::Uuid => {
            let groups: Vec<&str> = text.split('-').collect();
            groups.iter().map(|group| group.len()).eq([8, 4, 4, 4, 12])
                && groups.iter().all(|group| group.bytes().all(|digit| digit.is_ascii_hexdigit()))
        }
    }
}

impl Format {
    pub(crate) fn of_word(word: &str) -> Option<Self> {
        match word {
            "date" => Some(Self::Date),
            "date-time" => Some(Self::DateTime),
            "time" => Some(Self::Time),
            "email" | "idn-email" => Some(Self::Email),
            "uri" | "url" | "iri" => Some(Self::Uri),
            "uuid" => Some(Self::Uuid),
            "ipv4" => Some(Self::Ipv4),
            "ipv6" => Some(Self::Ipv6),
            _ => None,
        }
    }
}

impl Form {
    pub fn find(&self, path: &str) -> Option<&Node> {
        self.trail(path).pop().filter(|node| node.path == path)
    }

    /// The nodes from the root's child down to `path`, or as far as the form goes.
    pub fn trail(&self, path: &str) -> Vec<&Node> {
        let mut trail = vec![&self.root];
        let mut node = &self.root;
        while let Some(next) = node.below().iter().find(|next| leads_to(&next.path, path)) {
            trail.push(next);
            node = next;
        }
        if trail.len() > 1 {
            trail.remove(0);
        }
        trail
    }

    /// Every field in form order; groups and lists themselves left out.
    pub fn leaves(&self) -> Vec<&Node> {
        fn walk<'a>(node: &'a Node, found: &mut Vec<&'a Node>) {
            match &node.kind {
                Kind::Object { .. } | Kind::List { .. } => node.below().iter().for_each(|next| walk(next, found)),
                _ => found.push(node),
            }
        }
        let mut found = Vec::new();
        walk(&self.root, &mut found);
        found
    }
}

impl Node {
    pub fn label(&self) -> &str {
        self.title.as_deref().unwrap_or(&self.key)
    }

    /// Fields of a group, items of a list.
    pub fn below(&self) -> &[Node] {
        match &self.kind {
            Kind::Object { fields, .. } => fields,
            Kind::List { items, .. } => items,
            _ => &[],
        }
    }
}

impl Type {
    pub fn of(value: &Json) -> Self {
        match value {
            Json::Null => Self::Null,
            Json::Bool(_) => Self::Bool,
            Json::Number(_) => Self::Number,
            Json::String(_) => Self::Text,
            Json::Array(_) => Self::List,
            Json::Object(_) => Self::Object,
        }
    }
}

/// Whether `path` is at or below `here`.
fn leads_to(here: &str, path: &str) -> bool {
    path.strip_prefix(here).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
}
