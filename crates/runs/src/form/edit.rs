//! Changes of one JSON document by JSON pointer, each as what was there before and after.

use crate::value::diff::{Change, align, join};
use crate::value::json::{Json, Map};

/// Something replaced at `at`: `None` stands for nothing there.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Swap {
    pub(super) at: String,
    pub(super) before: Option<Json>,
    pub(super) after: Option<Json>,
}

pub(super) fn tokens(path: &str) -> Vec<String> {
    path.split('/').skip(1).map(|token| token.replace("~1", "/").replace("~0", "~")).collect()
}

/// The parent's path and the last token.
pub(super) fn split(path: &str) -> Option<(&str, String)> {
    let (parent, _) = path.rsplit_once('/')?;
    Some((parent, tokens(&path[parent.len()..]).pop()?))
}

/// What has to be swapped so that `path` holds `value`: objects missing on the way are made. `None` if something else is in the way.
pub(super) fn plan(document: &Json, path: &str, value: Option<Json>) -> Option<Swap> {
    let mut here = document;
    let mut at = String::new();
    let tokens = tokens(path);
    for (depth, token) in tokens.iter().enumerate() {
        let next = match here {
            Json::Object(map) => map.get(token),
            Json::Array(items) => Some(items.get(token.parse::<usize>().ok()?)?),
            // A null where an object belongs.
            Json::Null => {
                let after = value.map(|value| wrap(value, &tokens[depth..]));
                return Some(Swap { at, before: Some(Json::Null), after: Some(after.unwrap_or(Json::Null)) });
            }
            _ => return None,
        };
        at = join(&at, token);
        match next {
            Some(next) => here = next,
            None => return Some(Swap { at, before: None, after: value.map(|value| wrap(value, &tokens[depth + 1..])) }),
        }
    }
    Some(Swap { at, before: Some(here.clone()), after: value })
}

fn wrap(value: Json, tokens: &[String]) -> Json {
    tokens.iter().rev().fold(value, |value, token| Json::Object(Map::from_iter([(token.clone(), value)])))
}

/// Puts `value` where a plan said; `false` if there is no such place.
pub(super) fn put(document: &mut Json, at: &str, value: Option<Json>) -> bool {
    let Some((parent, token)) = split(at) else {
        *document = value.unwrap_or(Json::Null);
        return true;
    };
    match (document.pointer_mut(parent), value) {
        (Some(Json::Object(map)), Some(value)) => {
            map.insert(token, value);
        }
        (Some(Json::Object(map)), None) => {
            map.shift_remove(&token);
        }
        (Some(Json::Array(items)), Some(value)) => match token.parse::<usize>().ok().and_then(|at| items.get_mut(at)) {
            Some(item) => *item = value,
            None => return false,
        },
        _ => return false,
    }
    true
}

/// What the original has for something in the edited version, whose list items may have moved.
pub(super) fn original<'a>(original: &'a Json, edited: &Json, path: &str) -> Option<&'a Json> {
    let (mut old, mut new) = (original, Some(edited));
    for token in tokens(path) {
        let (next_old, next_new) = match (old, new) {
            (Json::Array(olds), Some(Json::Array(news))) => {
                let at: usize = token.parse().ok()?;
                let place = align(olds, news).into_iter().find(|(_, right)| *right == Some(at))?.0?;
                (olds.get(place), news.get(at))
            }
            (Json::Array(olds), _) => (olds.get(token.parse::<usize>().ok()?), None),
            (old, new) => (old.get(&token), new.and_then(|new| new.get(&token))),
        };
        (old, new) = (next_old?, next_new);
    }
    Some(old)
}

/// What stood at `path` as far as this change tells: around it, at it, or in what it replaced. It spares aligning lists again.
pub(super) fn before<'a>(original: &'a Json, change: &'a Change, path: &str) -> Option<Option<&'a Json>> {
    if let Some(rest) = change.path.strip_prefix(path).filter(|rest| rest.is_empty() || rest.starts_with('/')) {
        if rest.is_empty() {
            // What was taken out of a list names a place where something else stands now.
            return change.after.as_ref().map(|_| change.before.as_ref());
        }
        // Both paths have the same depth.
        let was = rest.matches('/').try_fold(change.was.as_str(), |was, _| was.rsplit_once('/').map(|(above, _)| above))?;
        return Some(original.pointer(was));
    }
    let rest = path.strip_prefix(change.path.as_str()).filter(|rest| rest.starts_with('/') && change.after.is_some())?;
    Some(change.before.as_ref().and_then(|before| before.pointer(rest)))
}

/// Takes one change back.
pub(super) fn undo(value: &mut Json, change: &Change) {
    let Some((parent, token)) = split(&change.path) else {
        *value = change.before.clone().unwrap_or_default();
        return;
    };
    match (value.pointer_mut(parent), &change.before, &change.after) {
        (Some(Json::Array(items)), Some(before), None) => {
            let at = token.parse().unwrap_or(items.len()).min(items.len());
            items.insert(at, before.clone());
        }
        (Some(Json::Array(items)), None, _) => {
            if let Some(at) = token.parse::<usize>().ok().filter(|at| *at < items.len()) {
                items.remove(at);
            }
        }
        _ => {
            put(value, &change.path, change.before.clone());
        }
    }
}
