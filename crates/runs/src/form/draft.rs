//! One person's edits of one document: what was read, what it is now, and every step between.

use super::check::{Typed, read};
use super::edit::{self, Swap};
use super::{Form, Kind, Node, build, field_text, infer, leads_to, schema};
use crate::diff::{self, Change, join};
use crate::json::{Json, Map};

/// So many steps can be undone.
const MAX_STEPS: usize = 500;

/// By path. The map that documents have anyway: another kind would be more to download.
type Texts = Map<String, Json>;

/// Only what is edited changes: every other value is sent back as it came, digits and order of keys included.
#[derive(Clone, Debug, PartialEq)]
pub struct Draft {
    schema: Json,
    inferred: bool,
    read_only: Vec<usize>,
    original: Json,
    value: Json,
    /// What stands in a control where that is not the value's own text: what cannot be read, and how JSON was laid out.
    texts: Texts,
    form: Form,
    /// Every field asks whether it is changed: found once an edit.
    changes: Vec<Change>,
    done: Vec<Step>,
    undone: Vec<Step>,
    /// The next typing is a step of its own.
    sealed: bool,
}

#[derive(Clone, Debug, PartialEq)]
struct Step {
    /// Where the person was.
    path: String,
    typing: bool,
    swap: Swap,
    texts_before: Texts,
    texts_after: Texts,
}

impl Draft {
    /// `read_only`: items of the outermost list that may not be changed.
    pub fn open(schema: Option<&Json>, data: &Json, read_only: &[usize]) -> Self {
        let told = schema.filter(|schema| !schema::says_nothing(schema));
        let inferred = told.is_none();
        let schema = told.cloned().unwrap_or_else(|| infer::schema(data));
        let form = build::form(&schema, inferred, data, read_only);
        Self {
            schema,
            inferred,
            read_only: read_only.to_vec(),
            original: data.clone(),
            value: data.clone(),
            texts: Texts::new(),
            form,
            changes: Vec::new(),
            done: Vec::new(),
            undone: Vec::new(),
            sealed: true,
        }
    }

    /// The form for the value as it is now: list items come and go with it.
    pub fn form(&self) -> &Form {
        &self.form
    }

    pub fn value(&self) -> &Json {
        &self.value
    }

    pub fn get(&self, path: &str) -> Option<&Json> {
        self.value.pointer(path)
    }

    /// What the field's control shows.
    pub fn text(&self, path: &str) -> String {
        if let Some(typed) = self.typed(path) {
            return typed.to_owned();
        }
        let value = self.get(path);
        match self.form.find(path) {
            Some(node) => value.map(|value| shown(node, value)).unwrap_or_default(),
            None => value.map(field_text).unwrap_or_default(),
        }
    }

    pub(super) fn typed(&self, path: &str) -> Option<&str> {
        self.texts.get(path).and_then(Json::as_str)
    }

    /// What this field held when the document was read; `None` if it was not there.
    pub fn original(&self, path: &str) -> Option<&Json> {
        edit::original(&self.original, &self.value, path)
    }

    /// Takes what was typed. Text that a field cannot hold stays in its control and becomes a problem; the value stays.
    /// `false`: no such field, or it is read-only.
    pub fn set(&mut self, path: &str, typed: &str) -> bool {
        let Some(node) = self.field(path).filter(|node| !matches!(node.kind, Kind::Object { .. } | Kind::List { .. })) else {
            return false;
        };
        let value = match read(node, typed, self.original(path)) {
            Typed::Value(value) => Some(value),
            Typed::Absent => None,
            Typed::Wrong(_) => self.get(path).cloned(),
        };
        let mut texts = self.texts.clone();
        if value.as_ref().map_or(typed.is_empty(), |value| shown(node, value) == typed) {
            texts.shift_remove(path);
        } else {
            texts.insert(path.into(), typed.into());
        }
        self.write(path, value, texts, true)
    }

    /// Takes a value as it is: a choice, a switch.
    pub fn put(&mut self, path: &str, value: Json) -> bool {
        let texts = self.texts_without(path);
        self.field(path).is_some() && self.write(path, Some(value), texts, false)
    }

    /// Empties a nullable field, group or list.
    pub fn set_null(&mut self, path: &str) -> bool {
        let texts = self.texts_without(path);
        self.field(path).is_some_and(|node| node.nullable) && self.write(path, Some(Json::Null), texts, false)
    }

    /// Adds an item at the end of a list; its path.
    pub fn add_item(&mut self, list: &str) -> Option<String> {
        let Some(Node { kind: Kind::List { template, .. }, .. }) = self.field(list) else { return None };
        let item = blank(template, self.inferred).unwrap_or(Json::Null);
        let mut items = self.get(list).and_then(Json::as_array).cloned().unwrap_or_default();
        items.push(item);
        let path = join(list, &(items.len() - 1).to_string());
        let texts = self.texts.clone();
        self.write_as(&path, list, Some(Json::Array(items)), texts, false).then_some(path)
    }

    /// Takes an item out of its list, or a field that is not required out of its group.
    pub fn remove(&mut self, path: &str) -> bool {
        let Some(node) = self.field(path) else { return false };
        let Some((list, at)) = node.place.and_then(|at| Some((edit::split(path)?.0.to_owned(), at))) else {
            let texts = self.texts_without(path);
            return !node.required && self.get(path).is_some() && self.write(path, None, texts, false);
        };
        if self.field(&list).is_none() {
            return false;
        }
        let Some(mut items) = self.get(&list).and_then(Json::as_array).cloned().filter(|items| at < items.len()) else { return false };
        items.remove(at);
        let texts = self.texts.iter().filter_map(|(path, text)| Some((moved_up(path, &list, at)?, text.clone()))).collect();
        self.write_as(path, &list, Some(Json::Array(items)), texts, false)
    }

    /// Brings back what was read: of one field, or of everything in a group or list.
    pub fn revert(&mut self, path: &str) -> bool {
        if self.form.find(path).is_some_and(|node| node.read_only) {
            return false;
        }
        let texts = self.texts_without(path);
        let mut value = self.value.clone();
        // Backwards, so that what comes and goes does not move what is still to be done.
        for change in self.changes.iter().rev().filter(|change| leads_to(path, &change.path)) {
            undo_change(&mut value, change);
        }
        (value != self.value || texts != self.texts) && self.write_as(path, "", Some(value), texts, false)
    }

    pub fn revert_all(&mut self) -> bool {
        let original = self.original.clone();
        (original != self.value || !self.texts.is_empty()) && self.write_as("", "", Some(original), Texts::new(), false)
    }

    /// Every difference from what was read, with the values before and after.
    pub fn changes(&self) -> Vec<Change> {
        self.changes.clone()
    }

    pub fn count(&self) -> usize {
        self.changes.len()
    }

    /// Whether this field, or something in this group or list, differs from what was read.
    pub fn is_changed(&self, path: &str) -> bool {
        self.changes.iter().any(|change| leads_to(path, &change.path) || leads_to(&change.path, path))
    }

    /// The whole edited document; `None` if nothing differs.
    pub fn edited(&self) -> Option<Json> {
        (!self.changes.is_empty()).then(|| self.value.clone())
    }

    /// Ends a stretch of typing, e.g. when the field loses focus: what follows is undone on its own.
    pub fn seal(&mut self) {
        self.sealed = true;
    }

    pub fn can_undo(&self) -> bool {
        !self.done.is_empty()
    }

    pub fn can_redo(&self) -> bool {
        !self.undone.is_empty()
    }

    /// Takes the last step back; the path where it happened.
    pub fn undo(&mut self) -> Option<String> {
        let step = self.done.pop()?;
        edit::put(&mut self.value, &step.swap.at, step.swap.before.clone());
        self.texts = step.texts_before.clone();
        self.rebuild();
        let path = step.path.clone();
        self.undone.push(step);
        Some(path)
    }

    pub fn redo(&mut self) -> Option<String> {
        let step = self.undone.pop()?;
        edit::put(&mut self.value, &step.swap.at, step.swap.after.clone());
        self.texts = step.texts_after.clone();
        self.rebuild();
        let path = step.path.clone();
        self.done.push(step);
        Some(path)
    }

    /// The draft as JSON, for keeping. It holds the edited document and unfinished texts, not what was read.
    pub fn save(&self) -> Json {
        let mut saved = Map::new();
        saved.insert("value".into(), self.value.clone());
        saved.insert("texts".into(), Json::Object(self.texts.clone()));
        Json::Object(saved)
    }

    /// Takes up a kept draft of the same document; `false` if that is not one. It can be undone as one step.
    pub fn restore(&mut self, saved: &Json) -> bool {
        let (Some(value), Some(Json::Object(texts))) = (saved.get("value"), saved.get("texts")) else { return false };
        let mut value = value.clone();
        for at in &self.read_only {
            if let (Some(mine), Some(original)) = (value.get_mut(at), self.original.get(at)) {
                mine.clone_from(original);
            }
        }
        let texts = texts.iter().filter(|(_, text)| text.is_string()).map(|(path, text)| (path.clone(), text.clone())).collect();
        self.write_as("", "", Some(value), texts, false)
    }

    /// A field that may be changed.
    fn field(&self, path: &str) -> Option<&Node> {
        self.form.find(path).filter(|node| !node.read_only)
    }

    fn texts_without(&self, path: &str) -> Texts {
        self.texts.iter().filter(|(other, _)| !leads_to(path, other)).map(|(path, text)| (path.clone(), text.clone())).collect()
    }

    fn write(&mut self, path: &str, value: Option<Json>, texts: Texts, typing: bool) -> bool {
        self.write_as(path, path, value, texts, typing)
    }

    /// Puts `value` at `at`, as a step that happened at `path`.
    fn write_as(&mut self, path: &str, at: &str, value: Option<Json>, texts: Texts, typing: bool) -> bool {
        let Some(swap) = edit::plan(&self.value, at, value) else { return false };
        if !edit::put(&mut self.value, &swap.at, swap.after.clone()) {
            return false;
        }
        let scalar = |value: &Option<Json>| value.as_ref().is_some_and(|value| !value.is_object() && !value.is_array());
        let same_shape = scalar(&swap.before) && scalar(&swap.after);
        self.note(Step { path: path.into(), typing, swap, texts_before: self.texts.clone(), texts_after: texts.clone() });
        self.texts = texts;
        if same_shape {
            self.compare();
        } else {
            self.rebuild();
        }
        true
    }

    fn note(&mut self, step: Step) {
        self.undone.clear();
        match self.done.last_mut().filter(|last| step.typing && last.typing && !self.sealed && last.path == step.path) {
            Some(last) if last.swap.at == step.swap.at => {
                last.swap.after = step.swap.after;
                last.texts_after = step.texts_after;
            }
            _ => {
                if self.done.len() >= MAX_STEPS {
                    self.done.remove(0);
                }
                self.sealed = !step.typing;
                self.done.push(step);
            }
        }
    }

    fn rebuild(&mut self) {
        self.form = build::form(&self.schema, self.inferred, &self.value, &self.read_only);
        self.compare();
    }

    fn compare(&mut self) {
        self.changes = diff::changes(&self.original, &self.value);
    }
}

/// A value's own text in its field's control.
fn shown(node: &Node, value: &Json) -> String {
    match node.kind {
        Kind::Json { .. } => format!("{value:#}"),
        _ => field_text(value),
    }
}

fn undo_change(value: &mut Json, change: &Change) {
    let Some((parent, token)) = edit::split(&change.path) else {
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
            edit::put(value, &change.path, change.before.clone());
        }
    }
}

/// Where a typed text belongs once item `gone` left the list; `None` if it was that item's.
fn moved_up(path: &str, list: &str, gone: usize) -> Option<String> {
    let Some(rest) = path.strip_prefix(list).and_then(|rest| rest.strip_prefix('/')) else { return Some(path.into()) };
    let (at, below) = rest.find('/').map_or((rest, ""), |end| rest.split_at(end));
    match at.parse::<usize>() {
        Ok(at) if at == gone => None,
        Ok(at) if at > gone => Some(format!("{list}/{}{below}", at - 1)),
        _ => Some(path.into()),
    }
}

/// What a new item starts as. `inferred`: every name that the others have, empty, since somebody may count on it.
fn blank(node: &Node, inferred: bool) -> Option<Json> {
    if let Some(default) = &node.default {
        return Some(default.clone());
    }
    let in_list = node.place.is_some();
    match &node.kind {
        Kind::Object { fields } if in_list || node.required => {
            Some(Json::Object(fields.iter().filter_map(|field| Some((field.key.clone(), blank(field, inferred)?))).collect()))
        }
        Kind::Choice { options } if options.len() == 1 && node.required => options.first().cloned(),
        _ if node.nullable && (inferred || node.required) => Some(Json::Null),
        Kind::List { .. } if node.required => Some(Json::Array(Vec::new())),
        Kind::Text(rules) if node.required && rules.format.is_none() => Some(Json::String(String::new())),
        _ => None,
    }
}
