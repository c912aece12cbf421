//! Builds a form from a schema and the data.

use super::schema::{Resolved, has_type};
use super::{Form, Format, Kind, Node, NumberRules, TextRules, Type, infer};
use crate::value::diff::join;
use crate::value::json::{Json, Map};
use crate::value::order::Names;
use std::cmp::Ordering;

/// Says nothing.
static ANYTHING: Json = Json::Bool(true);

/// A form of more fields than this shows the rest as JSON text.
const MAX_NODES: usize = 5_000;
const MAX_DEPTH: usize = 24;
/// So many levels of what is not there yet are offered; schemas that contain themselves have no end.
const MAX_ABSENT: usize = 2;
/// A text this long, in bytes, is edited in several lines.
const LONG: usize = 120;

/// `chosen`: which alternative a person took, by path.
pub(super) fn form(schema: &Json, inferred: bool, data: &Json, read_only: &[usize], chosen: &Map<String, Json>) -> Form {
    let mut builder = Builder { root: schema, read_only, chosen, nodes: 0 };
    let place = Position {
        path: String::new(),
        key: String::new(),
        place: None,
        required: true,
        read_only: false,
        extra: false,
        guessed: false,
        depth: 0,
        absent: 0,
    };
    Form { root: builder.node(&[schema], Some(data), place), inferred }
}

struct Builder<'a> {
    root: &'a Json,
    /// Items of the outermost list that may not be changed.
    read_only: &'a [usize],
    chosen: &'a Map<String, Json>,
    nodes: usize,
}

/// Where a node lies, and what its parent says of it.
struct Position {
    path: String,
    key: String,
    place: Option<usize>,
    required: bool,
    read_only: bool,
    extra: bool,
    guessed: bool,
    depth: usize,
    absent: usize,
}

impl Position {
    fn below(&self, key: &str, data: Option<&Json>) -> Self {
        let absent = if data.is_none() { self.absent + 1 } else { 0 };
        Self {
            path: join(&self.path, key),
            key: key.into(),
            place: None,
            required: false,
            read_only: self.read_only,
            extra: self.extra,
            guessed: self.guessed,
            depth: self.depth + 1,
            absent,
        }
    }
}

impl Builder<'_> {
    /// All of `schemas` apply.
    fn node(&mut self, schemas: &[&Json], data: Option<&Json>, mut place: Position) -> Node {
        self.nodes += 1;
        let data = data.filter(|data| !data.is_null() || place.absent == 0);
        let root = self.root;
        let forced = self.chosen.get(&place.path).and_then(Json::as_u64).and_then(|at| usize::try_from(at).ok());
        let view = Resolved::of(root, schemas, data, forced);
        place.read_only |= view.flag("readOnly") || (place.depth == 1 && place.place.is_some_and(|at| self.read_only.contains(&at)));
        let mut nullable = view.allows_null();
        let options = view.options();
        place.guessed |= options.is_none() && !view.beyond && view.wanted(data.filter(|data| !data.is_null())).is_none();
        let kind = match options {
            Some(options) => {
                let (nulls, options): (Vec<_>, Vec<_>) = options.into_iter().partition(|(option, _)| option.is_null());
                nullable |= !nulls.is_empty();
                let (options, words): (Vec<_>, Vec<_>) = options.into_iter().unzip();
                if options.is_empty() { Kind::Json { expected: None } } else { Kind::Choice { options, words } }
            }
            None => self.kind(&view, data, &place),
        };
        nullable |= matches!(kind, Kind::Json { expected: None }) && view.variants.is_none();
        Node {
            path: place.path,
            key: place.key,
            place: place.place,
            title: view.text("title").filter(|title| !title.trim().is_empty()),
            description: view.text("description"),
            required: place.required,
            nullable,
            read_only: place.read_only,
            extra: place.extra,
            forbidden: false,
            guessed: place.guessed,
            default: view.get("default").cloned(),
            variants: view.variants,
            kind,
        }
    }

    fn kind(&mut self, view: &Resolved<'_>, data: Option<&Json>, place: &Position) -> Kind {
        let present = data.filter(|data| !data.is_null());
        let wanted = view.wanted(present);
        let below = present.map_or(0, |data| data.as_array().map_or(0, Vec::len) + data.as_object().map_or(0, Map::len));
        let full = self.nodes + below > MAX_NODES || place.depth > MAX_DEPTH || (present.is_none() && place.absent > MAX_ABSENT);
        match wanted {
            _ if view.beyond => Kind::Json { expected: None },
            Some(Type::Text) => Kind::Text(text_rules(view, present)),
            Some(Type::Number | Type::Whole) => Kind::Number(number_rules(view, wanted == Some(Type::Whole))),
            Some(Type::Bool) => Kind::Bool,
            // Nothing is known but that it was empty: most likely a text.
            Some(Type::Null) if present.is_none() => Kind::Text(TextRules::default()),
            Some(expected @ (Type::Object | Type::List)) if full || present.is_some_and(|data| !has_type(expected, data)) => {
                Kind::Json { expected: Some(expected) }
            }
            Some(Type::Object) => self.object(view, present, place),
            Some(Type::List) => self.list(view, present, place),
            None | Some(Type::Null) => match present {
                Some(_) if full => Kind::Json { expected: None },
                Some(data) => {
                    let guess = infer::schema(data);
                    Builder { root: &guess, read_only: &[], chosen: self.chosen, nodes: self.nodes }.guess(data, place, &mut self.nodes)
                }
                None => Kind::Json { expected: None },
            },
        }
    }

    /// The kind of something that the schema leaves open.
    fn guess(mut self, data: &Json, place: &Position, nodes: &mut usize) -> Kind {
        let root = self.root;
        let view = Resolved::of(root, &[root], Some(data), None);
        let kind = self.kind(&view, Some(data), place);
        *nodes = self.nodes;
        kind
    }

    fn object(&mut self, view: &Resolved<'_>, data: Option<&Json>, place: &Position) -> Kind {
        let nothing = Map::new();
        let map = data.and_then(Json::as_object).unwrap_or(&nothing);
        let (properties, required) = (view.properties(), view.required());
        let more = view.inner("additionalProperties");
        if properties.is_empty() && map.is_empty() && more.is_empty() {
            // Names cannot be added in a form without names.
            return Kind::Json { expected: Some(Type::Object) };
        }
        let mut fields = Vec::with_capacity(properties.len());
        for (key, schemas) in &properties {
            let value = map.get(*key);
            let mut below = place.below(key, value);
            below.required = required.has(key);
            match view.patterned(key) {
                Some(more) => fields.push(self.node(&[schemas.as_slice(), &more].concat(), value, below)),
                None => fields.push(self.node(schemas, value, below)),
            }
        }
        let known = Names::of(&properties.iter().map(|(key, _)| *key).collect::<Vec<_>>());
        let closed = view.closed();
        for (key, value) in map.iter().filter(|(key, _)| !known.has(key)) {
            let mut below = place.below(key, Some(value));
            let patterned = view.patterned(key);
            let known = patterned.is_some() || !more.is_empty();
            below.extra = !known && (closed || !view.mentions(key));
            below.required = required.has(key);
            let said = patterned.as_ref().unwrap_or(&more);
            let mut field = if said.is_empty() { self.node(&[&ANYTHING], Some(value), below) } else { self.node(said, Some(value), below) };
            field.forbidden = closed && !known;
            fields.push(field);
        }
        let template = (!more.is_empty()).then(|| Box::new(self.node(&more, None, place.below("", None))));
        Kind::Object { fields, more: template }
    }

    fn list(&mut self, view: &Resolved<'_>, data: Option<&Json>, place: &Position) -> Kind {
        let mut item = |at: usize, value: Option<&Json>| {
            let schemas = match view.item(at) {
                none if none.is_empty() => vec![&ANYTHING],
                some => some,
            };
            let mut below = place.below(&at.to_string(), value);
            below.place = Some(at);
            below.required = true;
            self.node(&schemas, value, below)
        };
        let values = data.and_then(Json::as_array).map_or(&[][..], Vec::as_slice);
        let items: Vec<Node> = values.iter().enumerate().map(|(at, value)| item(at, Some(value))).collect();
        let mut template = item(items.len(), None);
        template.read_only = place.read_only;
        let single = |node: &Node| {
            let simple = node.variants.as_ref().is_none_or(|variants| variants.single);
            !matches!(node.kind, Kind::Object { .. } | Kind::List { .. } | Kind::Json { .. }) && simple
        };
        let is_flat =
            |node: &Node| matches!(&node.kind, Kind::Object { fields, more: None } if fields.iter().all(single)) && node.variants.is_none();
        Kind::List {
            flat: !view.is_tuple() && is_flat(&template) && items.iter().all(is_flat),
            items,
            template: Box::new(template),
            min: view.least("minItems"),
            max: view.most("maxItems"),
        }
    }
}

fn text_rules(view: &Resolved<'_>, data: Option<&Json>) -> TextRules {
    let format = view.get("format").and_then(Json::as_str).and_then(Format::of_word);
    let long = data.and_then(Json::as_str).is_some_and(|text| text.len() > LONG || text.contains(['\n', '\r']));
    TextRules { format, long }
}

fn number_rules(view: &Resolved<'_>, integer: bool) -> NumberRules {
    let (min, min_open) = view.limit("minimum", "exclusiveMinimum", Ordering::Greater).unzip();
    let (max, max_open) = view.limit("maximum", "exclusiveMaximum", Ordering::Less).unzip();
    let units = view.numbers("multipleOf");
    NumberRules { integer, min, min_open: min_open == Some(true), max, max_open: max_open == Some(true), units }
}
