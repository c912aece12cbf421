//! One place of a schema with everything that applies to it: what `$ref`, `allOf` and the fitting alternative say.

use super::choice::{ChoiceWords, worded};
use super::{Type, VariantName, Variants, branch, number, pattern};
use crate::value::decimal::same_value;
use crate::value::json::{Json, Number};
use crate::value::order::Names;
use std::cmp::Ordering;

/// So many schemas may apply to one place; references in a circle end here.
const MAX_LAYERS: usize = 48;

pub(super) struct Resolved<'a> {
    root: &'a Json,
    /// The schema itself first, then what it refers to. Of words that cannot be joined the first that says something wins.
    layers: Vec<&'a Json>,
    pub(super) nullable: bool,
    /// Alternatives that are all single values.
    options: Vec<(Json, ChoiceWords)>,
    /// Alternatives of different kinds: what they are called, and which of them was taken.
    pub(super) variants: Option<Variants>,
    /// The alternative that the person chose, for the first that have to be chosen between.
    forced: Option<usize>,
    /// Of several types the one that was taken.
    only: Option<Type>,
    /// Something that no field can show.
    pub(super) beyond: bool,
}

/// `true`, `{}` and schemas with nothing but notes.
pub(super) fn says_nothing(schema: &Json) -> bool {
    const TELLING: [&str; 11] =
        ["type", "properties", "items", "$ref", "allOf", "anyOf", "oneOf", "enum", "const", "additionalProperties", "patternProperties"];
    match schema {
        Json::Object(map) => !TELLING.iter().any(|word| map.contains_key(*word)),
        _ => true,
    }
}

impl<'a> Resolved<'a> {
    /// `data` chooses between alternatives, unless the person did (`forced`). All of `schemas` apply.
    pub(super) fn of(root: &'a Json, schemas: &[&'a Json], data: Option<&Json>, forced: Option<usize>) -> Self {
        let mut view =
            Self { root, layers: Vec::new(), nullable: false, options: Vec::new(), variants: None, forced, only: None, beyond: false };
        let data = data.filter(|data| !data.is_null());
        for schema in schemas {
            view.add(schema, data);
        }
        view.choose_type(data);
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
        let (nulls, others): (Vec<&'a Json>, Vec<&'a Json>) = branches.iter().partition(|branch| only_null(branch));
        self.nullable |= !nulls.is_empty();
        let values: Option<Vec<Vec<_>>> = others.iter().map(|branch| worded(branch)).collect();
        match (others.as_slice(), values) {
            ([], _) => {}
            ([only], _) => self.add(only, data),
            (_, Some(values)) => self.options.extend(values.into_iter().flatten()),
            (many, None) => {
                let fitting = match data {
                    Some(data) => branch::fitting(self.root, many, data),
                    None => many.iter().position(|branch| is_scalar(self.root, branch)).or(Some(0)),
                };
                let taken = match self.variants {
                    Some(_) => fitting,
                    None => {
                        let chosen = self.forced.filter(|at| *at < many.len()).or(fitting);
                        let single = many.iter().all(|branch| is_scalar(self.root, branch));
                        self.variants = Some(Variants { names: branch::names(self.root, many), chosen, single });
                        chosen
                    }
                };
                match taken.and_then(|at| many.get(at)) {
                    Some(branch) => self.add(branch, data),
                    None => self.beyond = true,
                }
            }
        }
    }

    /// Several types are alternatives too.
    fn choose_type(&mut self, data: Option<&Json>) {
        let mut all = self.allowed().unwrap_or_default();
        all.retain(|wanted| *wanted != Type::Null);
        let mixed = all.contains(&Type::Number);
        all.retain(|wanted| *wanted != Type::Whole || !mixed);
        if all.len() < 2 || self.variants.is_some() || self.options().is_some() {
            return;
        }
        let fitting = || match data {
            Some(data) => all.iter().position(|wanted| has_type(*wanted, data)),
            None => Some(0),
        };
        let chosen = self.forced.filter(|at| *at < all.len()).or_else(fitting);
        let single = !all.iter().any(|wanted| matches!(wanted, Type::List | Type::Object));
        self.only = chosen.and_then(|at| all.get(at)).copied();
        self.variants = Some(Variants { names: all.into_iter().map(VariantName::Type).collect(), chosen, single });
    }

    pub(super) fn get(&self, word: &str) -> Option<&'a Json> {
        self.all(word).next()
    }

    /// What each layer says.
    fn all(&self, word: &str) -> impl Iterator<Item = &'a Json> {
        self.layers.iter().filter_map(move |layer| layer.get(word))
    }

    pub(super) fn text(&self, word: &str) -> Option<String> {
        self.get(word).and_then(Json::as_str).map(str::to_owned)
    }

    /// The largest of lower limits.
    pub(super) fn least(&self, word: &str) -> Option<u64> {
        self.all(word).filter_map(Json::as_u64).max()
    }

    /// The smallest of upper limits.
    pub(super) fn most(&self, word: &str) -> Option<u64> {
        self.all(word).filter_map(Json::as_u64).min()
    }

    pub(super) fn number(&self, word: &str) -> Option<Number> {
        self.all(word).find_map(as_number).cloned()
    }

    /// What each layer says.
    pub(super) fn numbers(&self, word: &str) -> Vec<Number> {
        self.all(word).filter_map(as_number).cloned().collect()
    }

    pub(super) fn flag(&self, word: &str) -> bool {
        self.all(word).any(|found| found == &Json::Bool(true))
    }

    /// The narrowest limit that any layer sets, and whether the limit itself is excluded. `tighter`: how a narrower limit compares.
    pub(super) fn limit(&self, word: &str, exclusive: &str, tighter: Ordering) -> Option<(Number, bool)> {
        let mut narrowest: Option<(Number, bool)> = None;
        for layer in &self.layers {
            // A number since draft 6, a mark on the other keyword in OpenAPI 3.0.
            let marked = layer.get(exclusive) == Some(&Json::Bool(true));
            let plain = layer.get(word).and_then(as_number).map(|limit| (limit.clone(), marked));
            let open = layer.get(exclusive).and_then(as_number).map(|limit| (limit.clone(), true));
            for (limit, open) in plain.into_iter().chain(open) {
                let narrower = narrowest.as_ref().is_none_or(|(known, known_open)| match number::compare(&limit, known) {
                    Some(Ordering::Equal) => open && !known_open,
                    order => order == Some(tighter),
                });
                if narrower {
                    narrowest = Some((limit, open));
                }
            }
        }
        narrowest
    }

    /// `enum` and `const`: what all layers allow, with the words of the first that has some.
    pub(super) fn options(&self) -> Option<Vec<(Json, ChoiceWords)>> {
        let said = self.layers.iter().filter_map(|layer| worded(layer));
        let alternatives = (!self.options.is_empty()).then(|| self.options.clone());
        said.chain(alternatives).reduce(|all, more| {
            let same = |one: &Json| more.iter().find(|(other, _)| same_value(one, other));
            let joined = |(value, words): &(Json, ChoiceWords)| {
                let (_, others) = same(value)?;
                let title = words.title.clone().or_else(|| others.title.clone());
                let description = words.description.clone().or_else(|| others.description.clone());
                Some((value.clone(), ChoiceWords { title, description }))
            };
            let common: Vec<_> = all.iter().filter_map(joined).collect();
            // Nothing that all allow: a schema to be shown, not to be argued with.
            if common.is_empty() { all } else { common }
        })
    }

    /// The types that all layers allow; `None`: none says any.
    fn allowed(&self) -> Option<Vec<Type>> {
        self.all("type").map(types).reduce(|all, more| {
            let common: Vec<Type> = all.iter().filter_map(|one| more.iter().find_map(|other| narrower(*one, *other))).collect();
            if common.is_empty() { all } else { common }
        })
    }

    /// The type, without null; of several the one that was taken, else the data's, else the first.
    pub(super) fn wanted(&self, data: Option<&Json>) -> Option<Type> {
        if self.only.is_some() {
            return self.only;
        }
        let Some(all) = self.allowed() else {
            return match () {
                () if ["properties", "patternProperties"].iter().any(|word| self.get(word).is_some())
                    || self.get("additionalProperties").is_some_and(Json::is_object) =>
                {
                    Some(Type::Object)
                }
                () if self.get("items").is_some() => Some(Type::List),
                () => None,
            };
        };
        let chosen = all.iter().find(|wanted| data.is_some_and(|data| has_type(**wanted, data)));
        chosen.or_else(|| all.iter().find(|wanted| **wanted != Type::Null)).or(all.first()).copied()
    }

    pub(super) fn allows_null(&self) -> bool {
        self.nullable || self.get("type").is_some_and(|found| types(found).contains(&Type::Null))
    }

    /// Every layer's properties, in order, each with everything that is said of it.
    pub(super) fn properties(&self) -> Vec<(&'a str, Vec<&'a Json>)> {
        let all = self.all("properties").filter_map(Json::as_object).flatten();
        let all: Vec<(&'a str, &'a Json)> = all.map(|(key, schema)| (key.as_str(), schema)).collect();
        let firsts = crate::value::order::first_times(&all.iter().map(|(key, _)| *key).collect::<Vec<_>>());
        let several = firsts.contains(&false);
        let together = |key: &'a str, schema: &'a Json| match several {
            true => all.iter().filter(|(other, _)| *other == key).map(|(_, schema)| *schema).collect(),
            false => vec![schema],
        };
        all.iter().zip(firsts).filter(|(_, first)| *first).map(|((key, schema), _)| (*key, together(key, schema))).collect()
    }

    /// What is said of items, or of names that are not listed, where that is a schema.
    pub(super) fn inner(&self, word: &str) -> Vec<&'a Json> {
        self.all(word).filter(|schema| schema.is_object()).collect()
    }

    /// What is said of the item at this place: in a tuple its own, beyond it that of the rest.
    pub(super) fn item(&self, at: usize) -> Vec<&'a Json> {
        let of = |layer: &&'a Json| match layer.get("items") {
            Some(Json::Array(places)) => places.get(at).or_else(|| layer.get("additionalItems")),
            all => all,
        };
        self.layers.iter().filter_map(of).filter(|schema| schema.is_object()).collect()
    }

    pub(super) fn is_tuple(&self) -> bool {
        self.all("items").any(Json::is_array)
    }

    /// What the patterns of names say of this one; `None`: none is for it. One that cannot be read may be.
    pub(super) fn patterned(&self, name: &str) -> Option<Vec<&'a Json>> {
        let mut found = None;
        for (pattern, schema) in self.all("patternProperties").filter_map(Json::as_object).flatten() {
            let fits = pattern::matches(pattern, name);
            if fits != Some(false) {
                found.get_or_insert_with(Vec::new).extend((fits == Some(true) && schema.is_object()).then_some(schema));
            }
        }
        found
    }

    /// Whether a part of the schema that holds under some condition only knows this name.
    pub(super) fn mentions(&self, name: &str) -> bool {
        let knows = |part: &Json| part.get("properties").is_some_and(|properties| properties.get(name).is_some());
        let depends = |word: &str| self.all(word).filter_map(Json::as_object).flatten().any(|(_, part)| knows(part));
        ["if", "then", "else"].iter().any(|word| self.all(word).any(knows))
            || ["dependentSchemas", "dependencies"].iter().any(|word| depends(word))
            || self.all("unevaluatedProperties").any(Json::is_object)
    }

    /// No other names than those listed, or of a pattern.
    pub(super) fn closed(&self) -> bool {
        self.all("additionalProperties").any(|more| more == &Json::Bool(false))
    }

    pub(super) fn required(&self) -> Names<'a> {
        let lists = self.all("required").filter_map(Json::as_array);
        Names::of(&lists.flatten().filter_map(Json::as_str).collect::<Vec<_>>())
    }
}

pub(super) fn as_number(value: &Json) -> Option<&Number> {
    match value {
        Json::Number(number) => Some(number),
        _ => None,
    }
}

/// What both types allow.
fn narrower(one: Type, other: Type) -> Option<Type> {
    match (one, other) {
        (Type::Whole, Type::Number) | (Type::Number, Type::Whole) => Some(Type::Whole),
        _ => (one == other).then_some(one),
    }
}

/// `#` and `#/…` within the same schema; nothing else is fetched.
pub(super) fn follow<'a>(root: &'a Json, target: &str) -> Option<&'a Json> {
    root.pointer(&crate::value::percent::decode(&target.strip_prefix('#')?.replace('+', "%2B")))
}

pub(super) fn types(found: &Json) -> Vec<Type> {
    match found {
        Json::Array(words) => words.iter().filter_map(type_of_word).collect(),
        word => type_of_word(word).into_iter().collect(),
    }
}

pub(super) fn type_of_word(word: &Json) -> Option<Type> {
    match word.as_str()? {
        "string" => Some(Type::Text),
        "number" => Some(Type::Number),
        "integer" => Some(Type::Whole),
        "boolean" => Some(Type::Bool),
        "array" => Some(Type::List),
        "object" => Some(Type::Object),
        "null" => Some(Type::Null),
        _ => None,
    }
}

pub(super) fn has_type(wanted: Type, data: &Json) -> bool {
    match (wanted, data) {
        (Type::Whole, Json::Number(number)) => number::is_whole(number),
        _ => wanted == Type::of(data),
    }
}

fn only_null(schema: &Json) -> bool {
    schema.get("const") == Some(&Json::Null) || schema.get("type").is_some_and(|found| types(found) == [Type::Null])
}

pub(super) fn single_values(schema: &Json) -> Option<Vec<Json>> {
    match (schema.get("const"), schema.get("enum")) {
        (Some(only), _) => Some(vec![only.clone()]),
        (None, Some(Json::Array(options))) => Some(options.clone()),
        _ => None,
    }
}

fn is_scalar(root: &Json, schema: &Json) -> bool {
    let target = schema.get("$ref").and_then(Json::as_str).and_then(|target| follow(root, target)).unwrap_or(schema);
    let simple = |values: Vec<Json>| values.iter().all(|value| !value.is_object() && !value.is_array());
    single_values(target).is_some_and(simple)
        || target.get("type").is_some_and(|found| !types(found).iter().any(|wanted| matches!(wanted, Type::List | Type::Object)))
}
