//! What the validator found, at the fields of the form. Its answer is JSON of our own: `public/schema/findings.js` writes it.

use super::check::{in_form_order, shortened};
use super::problem::{Problem, Unchecked, Wrong};
use super::schema::type_of_word;
use super::{Draft, Format, Type, field_text};
use crate::value::json;
use crate::value::json::Json;

/// The problems that an answer tells of; `None`: it tells that nothing could be checked.
pub fn findings(answer: &str, draft: &Draft) -> Option<Vec<Problem>> {
    let answer = json::parse(answer.as_bytes()).ok()?;
    let list = |name: &str| answer.get(name).and_then(Json::as_array);
    let (found, unchecked) = (list("found")?, list("unchecked")?);
    let told = found.iter().filter_map(wrong_of).chain(unchecked.iter().filter_map(unchecked_of));
    let mut problems: Vec<Problem> = told.filter_map(|(path, wrong)| at_field(draft, path, wrong)).collect();
    in_form_order(&mut problems, draft);
    problems.dedup();
    Some(problems)
}

/// What is said about a draft: `own` of its texts and types, and what the validator found. Its word decides: where it read the draft as
/// it is now (`current`), what it does not complain about is right, as long as there is a value and not a text that cannot be one.
pub fn joined(draft: &Draft, own: &[Problem], found: &[Problem], current: bool) -> Vec<Problem> {
    let told = |path: &str| found.iter().any(|other| other.path == path && other.blocks());
    let decided = |problem: &Problem| {
        let asked = matches!(problem.wrong, Wrong::Missing | Wrong::Null | Wrong::Type { .. } | Wrong::NotWhole | Wrong::NotAllowed { .. });
        current && asked && draft.typed(&problem.path).is_none() && !told(&problem.path)
    };
    let mut all: Vec<Problem> = own.iter().filter(|problem| !decided(problem)).cloned().collect();
    let known = |path: &str| own.iter().any(|problem| problem.path == path && problem.blocks());
    // One rule is told once.
    let more: Vec<Problem> = found.iter().filter(|problem| !known(&problem.path)).cloned().collect();
    if !more.is_empty() {
        all.extend(more);
        in_form_order(&mut all, draft);
    }
    all
}

fn text<'a>(finding: &'a Json, name: &str) -> Option<&'a str> {
    finding.get(name).and_then(Json::as_str)
}

fn count(finding: &Json, name: &str) -> u64 {
    // The limit comes as the schema writes it, which may be `2.0`.
    let value = finding.get(name);
    value.and_then(Json::as_u64).or_else(|| value?.as_str()?.split('.').next()?.parse().ok()).unwrap_or_default()
}

fn wrong_of(finding: &Json) -> Option<(&str, Wrong)> {
    let path = text(finding, "path")?;
    let given = || text(finding, "given").unwrap_or_default().to_owned();
    let name = || text(finding, "name").unwrap_or_default().to_owned();
    let number = || match json::parse(given().as_bytes()) {
        Ok(Json::Number(number)) => Some(number),
        _ => None,
    };
    let open = finding.get("open") == Some(&Json::Bool(true));
    let found = count(finding, "found");
    let wrong = match text(finding, "rule")? {
        "required" => Wrong::Lacks { name: name(), because: None },
        "dependentRequired" => Wrong::Lacks { name: name(), because: text(finding, "because").map(str::to_owned) },
        "type" => {
            let expected: Vec<Type> = finding.get("types")?.as_array()?.iter().filter_map(type_of_word).collect();
            let found = finding.get("found").and_then(type_of_word)?;
            match (expected.as_slice(), found) {
                ([Type::Whole], Type::Number) => Wrong::NotWhole,
                ([only], found) => Wrong::Type { expected: *only, found },
                _ => Wrong::Types { expected, found },
            }
        }
        "enum" => {
            let allowed = finding.get("values")?.as_array()?.iter().filter_map(Json::as_str).map(shortened).collect();
            Wrong::NotAllowed { allowed, more: usize::try_from(count(finding, "more")).unwrap_or_default() }
        }
        "minLength" => Wrong::TooShort { min: count(finding, "given"), found },
        "maxLength" => Wrong::TooLong { max: count(finding, "given"), found },
        "minItems" => Wrong::TooFew { min: count(finding, "given"), found },
        "maxItems" => Wrong::TooMany { max: count(finding, "given"), found },
        "minProperties" => Wrong::TooFewNames { min: count(finding, "given"), found },
        "maxProperties" => Wrong::TooManyNames { max: count(finding, "given"), found },
        "minimum" => Wrong::Below { min: number()?, open },
        "maximum" => Wrong::Above { max: number()?, open },
        "multipleOf" => Wrong::NotMultiple { of: number()? },
        "pattern" => Wrong::Pattern { pattern: given() },
        "format" => Format::of_word(&given()).map_or_else(|| Wrong::NotInFormat { format: given() }, Wrong::BadFormat),
        "uniqueItems" => {
            let twins = finding.get("twins")?;
            let place = |at: usize| twins.get(at).and_then(Json::as_u64).and_then(|place| usize::try_from(place).ok());
            Wrong::Repeated { first: place(0)?, again: place(1)? }
        }
        "contains" => Wrong::Contains { min: count(finding, "min"), max: finding.get("max").and_then(Json::as_u64) },
        "additionalProperties" => Wrong::NoSuchName,
        "additionalItems" => Wrong::NoSuchItem,
        "propertyNames" => Wrong::BadName { name: name() },
        "none" => Wrong::NoneFits,
        "several" => Wrong::SeveralFit { count: count(finding, "count") },
        _ => Wrong::RuledOut,
    };
    Some((path, wrong))
}

fn unchecked_of(finding: &Json) -> Option<(&str, Wrong)> {
    let given = text(finding, "given")?.to_owned();
    let what = match text(finding, "what")? {
        "pattern" => Unchecked::Pattern(given),
        "slow" => Unchecked::SlowPattern(given),
        "format" => Unchecked::Format(given),
        "$ref" => Unchecked::Reference(given),
        _ => Unchecked::Word(given),
    };
    Some((text(finding, "path")?, Wrong::Unchecked(what)))
}

/// Where it is said: at the field, or at what is nearest around it.
fn at_field(draft: &Draft, path: &str, wrong: Wrong) -> Option<Problem> {
    let trail = draft.form().trail(path);
    let node = trail.last()?;
    // What nobody can change here is the vendor's own matter, as is a name that the vendor itself sent beyond its schema: it is told.
    let noted = matches!(wrong, Wrong::Unchecked(_));
    let own = trail.iter().any(|node| node.read_only) || (matches!(wrong, Wrong::NoSuchName) && draft.original(path).is_some());
    let wrong = if own && !noted { Wrong::AsSent(Box::new(wrong)) } else { wrong };
    let wrong = match wrong {
        Wrong::Lacks { because: None, .. } if node.path == path => Wrong::Missing,
        Wrong::Lacks { because: Some(because), .. } if node.path == path => Wrong::NeededBy { because: name_of(draft, path, &because) },
        // The group itself lacks it.
        wrong @ Wrong::Lacks { .. } if path.rsplit_once('/').is_some_and(|(group, _)| group == node.path) => wrong,
        wrong if node.path == path => wrong,
        wrong => Wrong::Within { path: path.strip_prefix(&node.path).unwrap_or(path).to_owned(), wrong: Box::new(wrong) },
    };
    let value = draft.get(&node.path).filter(|value| !value.is_object() && !value.is_array());
    let found = value.map(field_text).unwrap_or_default();
    Some(Problem { path: node.path.clone(), wrong, found: shortened(found.trim()) })
}

/// What the field of this name beside a path is called.
fn name_of(draft: &Draft, path: &str, name: &str) -> String {
    let group = path.rsplit_once('/').map_or("", |(group, _)| group);
    let beside = crate::value::diff::join(group, name);
    draft.form().find(&beside).map_or(name, |node| node.label()).to_owned()
}
