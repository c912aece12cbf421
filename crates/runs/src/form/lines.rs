//! Items of lists and names of groups: added, taken out, moved.

use super::edit;
use super::variant::blank;
use super::{Draft, Kind, Node};
use crate::value::diff::join;
use crate::value::json::Json;

impl Draft {
    /// Adds an item at the end of a list; its path.
    pub fn add_item(&mut self, list: &str) -> Option<String> {
        self.insert_item(list, usize::MAX)
    }

    /// Adds an item before the one at this place; its path.
    pub fn insert_item(&mut self, list: &str, at: usize) -> Option<String> {
        let Some(Node { kind: Kind::List { template, .. }, .. }) = self.field(list) else { return None };
        let item = blank(template, self.inferred).unwrap_or(Json::Null);
        let mut items = self.get(list).and_then(Json::as_array).cloned().unwrap_or_default();
        let at = at.min(items.len());
        items.insert(at, item);
        let path = join(list, &at.to_string());
        let loose = self.loose.moved(&|path| Some(renumbered(path, list, &|place| if place < at { place } else { place + 1 })));
        self.told.clear();
        self.write_as(&path, list, Some(Json::Array(items)), loose, false).then_some(path)
    }

    /// Moves an item to another place in its list; its new path.
    pub fn move_item(&mut self, path: &str, to: usize) -> Option<String> {
        let from = self.field(path)?.place?;
        let list = edit::split(path)?.0.to_owned();
        self.field(&list)?;
        let mut items = self.get(&list).and_then(Json::as_array).cloned()?;
        if from == to || from >= items.len() || to >= items.len() {
            return None;
        }
        let item = items.remove(from);
        items.insert(to, item);
        let place = |at: usize| match at {
            at if at == from => to,
            at if from < at && at <= to => at - 1,
            at if to <= at && at < from => at + 1,
            at => at,
        };
        let loose = self.loose.moved(&|path| Some(renumbered(path, &list, &place)));
        let new = join(&list, &to.to_string());
        self.told.clear();
        self.write_as(&new, &list, Some(Json::Array(items)), loose, false).then_some(new)
    }

    /// Takes an item out of its list, or a field that is not required out of its group.
    pub fn remove(&mut self, path: &str) -> bool {
        let Some(node) = self.field(path) else { return false };
        let Some((list, at)) = node.place.and_then(|at| Some((edit::split(path)?.0.to_owned(), at))) else {
            let loose = self.loose.without(path);
            return !node.required && self.get(path).is_some() && self.write(path, None, loose, false);
        };
        if self.field(&list).is_none() {
            return false;
        }
        let Some(mut items) = self.get(&list).and_then(Json::as_array).cloned().filter(|items| at < items.len()) else { return false };
        items.remove(at);
        let up = |place: usize| if place > at { place - 1 } else { place };
        let loose = self.loose.without(path).moved(&|path| Some(renumbered(path, &list, &up)));
        self.told.clear();
        self.write_as(path, &list, Some(Json::Array(items)), loose, false)
    }

    /// Adds a field of this name to a group; its path. `None`: there is such a field, or none of this name may be added.
    pub fn add_field(&mut self, group: &str, name: &str) -> Option<String> {
        let value = self.new_field(group, name)?;
        let path = join(group, name);
        let loose = self.loose.without(&path);
        self.write(&path, Some(value), loose, false).then_some(path)
    }
}

impl Draft {
    /// Whether a field of this name can be added to a group.
    pub fn may_add(&self, group: &str, name: &str) -> bool {
        self.new_field(group, name).is_some()
    }

    fn new_field(&self, group: &str, name: &str) -> Option<Json> {
        let Some(Node { kind: Kind::Object { fields, .. }, .. }) = self.field(group) else { return None };
        if name.is_empty() || fields.iter().any(|field| field.key == name) {
            return None;
        }
        // What such a field looks like, only the schema for a document that has it tells.
        let path = join(group, name);
        let swap = edit::plan(&self.value, &path, Some(Json::Null))?;
        let mut document = self.value.clone();
        edit::put(&mut document, &swap.at, swap.after);
        let form = self.form_of(&document, &self.loose);
        let node = form.find(&path).filter(|node| !node.forbidden && !node.read_only)?;
        // Of what nothing is known, a text can be typed over; what it has to be, the validator says then.
        let told = if node.guessed { None } else { blank(node, true) };
        let text = || node.guessed || matches!(node.kind, Kind::Text(_));
        Some(told.unwrap_or_else(|| if text() { Json::String(String::new()) } else { Json::Null }))
    }
}

/// Where something at or below an item of a list lies once the items have other places.
fn renumbered(path: &str, list: &str, place: &dyn Fn(usize) -> usize) -> String {
    let Some(rest) = path.strip_prefix(list).and_then(|rest| rest.strip_prefix('/')) else { return path.into() };
    let (at, below) = rest.find('/').map_or((rest, ""), |end| rest.split_at(end));
    match at.parse::<usize>() {
        Ok(at) => format!("{list}/{}{below}", place(at)),
        Err(_) => path.into(),
    }
}
