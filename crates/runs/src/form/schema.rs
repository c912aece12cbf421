//! One place of a schema with everything that applies to it: what `$ref`, `allOf` and the fitting alternative say.

use super::Type;
use crate::json::Json;
use crate::order::{Names, first_times};

/// So many schemas may apply to one place; references in a circle end here.
const MAX_LAYERS: usize = 48;

pub(super) struct View<'a> {
    root: &'a Json,
    /// The schema itself first, then what it refers to: the first that says something wins.
    layers: Vec<&'a Json>,
    pub(super) nullable: bool,
    /// Alternatives that are all single values.
    options: Vec<Json>,
    /// Something that no field can show.
    pub(super) beyond: bool,
}

/// `true`, `{}` and schemas with nothing but notes.
pub(super) fn says_nothing(schema: &Json) -> bool {
    const TELLING: [&str; 10] = ["type", "properties", "items", "$ref", "allOf", "anyOf", "oneOf", "enum", "const", "additionalProperties"];
    match schema {
        Json::Object(map) => !TELLING.iter().any(|word| map.contains_key(*word)),
        _ => true,
    }
}

impl<'a> View<'a> {
    /// `data` chooses between alternatives.
    pub(super) fn of(root: &'a Json, schema: &'a Json, data: Option<&Json>) -> Self {
        let mut view = Self { root, layers: Vec::new(), nullable: false, options: Vec::new(), beyond: false };
        view.add(schema, data.filter(|data| !data.is_null()));
        view
    }

    fn add(&mut self, schema: &'a Json, data: Option<&Json>) {
        match schema {
            Json::Object(_) if self.layers.len() >= MAX_LAYERS => self.beyond = true,
            Json::Object(map) => {
                self.layers.push(schema);
                self.nullable |= map.get("nullable") == Some(&Json::Bool(true));
                if let Some(target) = map.get("$ref") {
                    match target.as_str().and_then(|target| follow(self.root, target)) {
                        Some(target) => self.add(target, data),
                        None => self.beyond = true,
                    }
                }
                for part in map.get("allOf").and_then(Json::as_array).into_iter().flatten() {
                    self.add(part, data);
                }
                for word in ["anyOf", "oneOf"] {
                    if let Some(branches) = map.get(word).and_then(Json::as_array) {
                        self.choose(branches, data);
                    }
                }
                self.beyond |= ["prefixItems", "$dynamicRef", "$recursiveRef"].iter().any(|word| map.contains_key(*word));
            }
            // `false` allows nothing; `true` says nothing.
            other => self.beyond |= other != &Json::Bool(true),
        }
    }

    fn choose(&mut self, branches: &'a [Json], data: Option<&Json>) {
        let (nulls, others): (Vec<&Json>, Vec<&Json>) = branches.iter().partition(|branch| only_null(branch));
        self.nullable |= !nulls.is_empty();
        let values: Option<Vec<Vec<Json>>> = others.iter().map(|branch| single_values(branch)).collect();
        match (others.as_slice(), values) {
            ([], _) => {}
            ([only], _) => self.add(only, data),
            (_, Some(values)) => self.options.extend(values.into_iter().flatten()),
            (many, None) => {
                let fitting = match data {
                    Some(data) => many.iter().find(|branch| fits(self.root, branch, data, 0)),
                    None => many.iter().find(|branch| is_scalar(self.root, branch)),
                };
                match fitting {
                    Some(branch) => self.add(branch, data),
                    None => self.beyond = true,
                }
            }
        }
    }

    pub(super) fn get(&self, word: &str) -> Option<&'a Json> {
        self.layers.iter().find_map(|layer| layer.get(word))
    }

    pub(super) fn text(&self, word: &str) -> Option<String> {
        self.get(word).and_then(Json::as_str).map(str::to_owned)
    }

    pub(super) fn count(&self, word: &str) -> Option<u64> {
        self.get(word).and_then(Json::as_u64)
    }

    pub(super) fn flag(&self, word: &str) -> bool {
        self.get(word) == Some(&Json::Bool(true))
    }

    /// `enum` and `const`.
    pub(super) fn options(&self) -> Option<Vec<Json>> {
        match (self.get("const"), self.get("enum"), self.options.is_empty()) {
            (Some(only), _, _) => Some(vec![only.clone()]),
            (None, Some(Json::Array(options)), _) => Some(options.clone()),
            (None, _, false) => Some(self.options.clone()),
            _ => None,
        }
    }

    /// The type, without null; of several the data's, else the first.
    pub(super) fn wanted(&self, data: Option<&Json>) -> Option<Type> {
        let Some(found) = self.get("type") else {
            return match () {
                () if self.get("properties").is_some() || self.get("additionalProperties").is_some_and(Json::is_object) => {
                    Some(Type::Object)
                }
                () if self.get("items").is_some() => Some(Type::List),
                () => None,
            };
        };
        let types = types(found);
        let chosen = types.iter().find(|wanted| data.is_some_and(|data| has_type(**wanted, data)));
        chosen.or_else(|| types.iter().find(|wanted| **wanted != Type::Null)).or(types.first()).copied()
    }

    pub(super) fn allows_null(&self) -> bool {
        self.nullable || self.get("type").is_some_and(|found| types(found).contains(&Type::Null))
    }

    /// Every layer's properties, in order.
    pub(super) fn properties(&self) -> Vec<(&'a str, &'a Json)> {
        let all = self.layers.iter().filter_map(|layer| layer.get("properties").and_then(Json::as_object)).flatten();
        let all: Vec<_> = all.map(|(key, schema)| (key.as_str(), schema)).collect();
        let firsts = first_times(&all.iter().map(|(key, _)| *key).collect::<Vec<_>>());
        all.into_iter().zip(firsts).filter_map(|(property, first)| first.then_some(property)).collect()
    }

    pub(super) fn required(&self) -> Names<'a> {
        let lists = self.layers.iter().filter_map(|layer| layer.get("required").and_then(Json::as_array));
        Names::of(&lists.flatten().filter_map(Json::as_str).collect::<Vec<_>>())
    }
}

/// `#` and `#/…` within the same schema; nothing else is fetched.
fn follow<'a>(root: &'a Json, target: &str) -> Option<&'a Json> {
    root.pointer(&crate::http::decode(&target.strip_prefix('#')?.replace('+', "%2B")))
}

fn types(found: &Json) -> Vec<Type> {
    let one = |word: &Json| match word.as_str()? {
        "string" => Some(Type::Text),
        "number" => Some(Type::Number),
        "integer" => Some(Type::Whole),
        "boolean" => Some(Type::Bool),
        "array" => Some(Type::List),
        "object" => Some(Type::Object),
        "null" => Some(Type::Null),
        _ => None,
    };
    match found {
        Json::Array(words) => words.iter().filter_map(one).collect(),
        word => one(word).into_iter().collect(),
    }
}

pub(super) fn has_type(wanted: Type, data: &Json) -> bool {
    match (wanted, data) {
        (Type::Whole, Json::Number(number)) => super::number::is_whole(number),
        _ => wanted == Type::of(data),
    }
}

fn only_null(schema: &Json) -> bool {
    schema.get("const") == Some(&Json::Null) || schema.get("type").is_some_and(|found| types(found) == [Type::Null])
}

fn single_values(schema: &Json) -> Option<Vec<Json>> {
    match (schema.get("const"), schema.get("enum")) {
        (Some(only), _) => Some(vec![only.clone()]),
        (None, Some(Json::Array(options))) => Some(options.clone()),
        _ => None,
    }
}

fn is_scalar(root: &Json, schema: &Json) -> bool {
    let target = schema.get("$ref").and_then(Json::as_str).and_then(|target| follow(root, target)).unwrap_or(schema);
    target.get("type").is_some_and(|found| !types(found).iter().any(|wanted| matches!(wanted, Type::List | Type::Object)))
}

/// Whether data looks as one alternative says: its type, single values, required names and the single values of its properties.
fn fits(root: &Json, schema: &Json, data: &Json, depth: usize) -> bool {
    if depth > 8 {
        return false;
    }
    let Json::Object(map) = schema else { return schema == &Json::Bool(true) };
    if let Some(target) = map.get("$ref").and_then(Json::as_str) {
        return follow(root, target).is_some_and(|target| fits(root, target, data, depth + 1));
    }
    let fits_type = map.get("type").is_none_or(|found| types(found).iter().any(|wanted| has_type(*wanted, data)));
    let fits_value = single_values(schema).is_none_or(|values| values.contains(data));
    let mut required = map.get("required").and_then(Json::as_array).into_iter().flatten().filter_map(Json::as_str);
    let fits_names = !data.is_object() || required.all(|key| data.get(key).is_some());
    let mut properties = map.get("properties").and_then(Json::as_object).into_iter().flatten();
    fits_type
        && fits_value
        && fits_names
        && properties.all(|(key, schema)| match (data.get(key), single_values(schema)) {
            (Some(found), Some(values)) => values.contains(found),
            _ => true,
        })
}
