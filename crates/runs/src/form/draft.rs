//! One person's edits of one document: what was read, what it is now, and every step between.

mod typing;

use super::edit::{self, Swap};
use super::{Form, Kind, Node, Type, build, field_text, infer, leads_to, schema};
use crate::value::diff;
use crate::value::diff::Change;
use crate::value::json::{Json, Map};
use std::sync::atomic::{AtomicU64, Ordering};

/// Tells drafts apart.
static OPENED: AtomicU64 = AtomicU64::new(0);

/// So many steps can be undone.
const MAX_STEPS: usize = 500;

/// Where the text of the whole document is kept while it cannot be read. No pointer looks like this.
pub(super) const WHOLE: &str = "json";

/// Only what is edited changes: every other value is sent back as it came, digits and order of keys included.
#[derive(Clone, Debug)]
pub struct Draft {
    schema: Json,
    number: u64,
    pub(super) inferred: bool,
    pub(super) read_only: Vec<usize>,
    pub(super) original: Json,
    pub(super) value: Json,
    pub(super) loose: Loose,
    form: Form,
    /// Every field asks whether it is changed: found once an edit.
    changes: Vec<Change>,
    done: Vec<Step>,
    undone: Vec<Step>,
    /// The next typing is a step of its own.
    sealed: bool,
    /// Counts edits.
    edits: u64,
    /// At which edit the form was made, and the field that changed since if that was the only one.
    made: u64,
    last: String,
    /// Dates and times of which a part is not filled in. The value stays, and so does what the control shows: it has no text of it.
    incomplete: Vec<String>,
    /// Types that the validator asked for at guessed fields: see [`Draft::learn`].
    pub(super) told: Vec<(String, Vec<Type>)>,
}

/// What stands beside the value, by path. Maps that documents have anyway: another kind would be more to download.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Loose {
    /// What stands in a control where that is not the value's own text: what cannot be read, and how JSON was laid out.
    pub(super) texts: Map<String, Json>,
    /// Which alternative the person chose.
    pub(super) chosen: Map<String, Json>,
}

#[derive(Clone, Debug, PartialEq)]
struct Step {
    /// Where the person was.
    path: String,
    typing: bool,
    swap: Swap,
    before: Loose,
    after: Loose,
}

impl Draft {
    /// `read_only`: items of the outermost list that may not be changed.
    pub fn open(schema: Option<&Json>, data: &Json, read_only: &[usize]) -> Self {
        let told = schema.filter(|schema| !schema::says_nothing(schema));
        let inferred = told.is_none();
        let schema = told.cloned().unwrap_or_else(|| infer::schema(data));
        let form = build::form(&schema, inferred, data, read_only, &Map::new());
        Self {
            schema,
            number: OPENED.fetch_add(1, Ordering::Relaxed),
            inferred,
            read_only: read_only.to_vec(),
            original: data.clone(),
            value: data.clone(),
            loose: Loose::default(),
            form,
            changes: Vec::new(),
            done: Vec::new(),
            undone: Vec::new(),
            sealed: true,
            edits: 0,
            made: 0,
            last: String::new(),
            incomplete: Vec::new(),
            told: Vec::new(),
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
        self.loose.texts.get(path).and_then(Json::as_str)
    }

    /// What this field held when the document was read; `None` if it was not there.
    pub fn original(&self, path: &str) -> Option<&Json> {
        match self.changes.iter().find_map(|change| edit::before(&self.original, change, path)) {
            Some(found) => {
                debug_assert_eq!(found, edit::original(&self.original, &self.value, path));
                found
            }
            None => edit::original(&self.original, &self.value, path),
        }
    }

    /// Takes a value as it is: a choice, a switch.
    pub fn put(&mut self, path: &str, value: Json) -> bool {
        let loose = self.loose.without(path);
        self.field(path).is_some() && self.write(path, Some(value), loose, false)
    }

    /// Empties a nullable field, group or list.
    pub fn set_null(&mut self, path: &str) -> bool {
        let loose = self.loose.without(path);
        self.field(path).is_some_and(|node| node.nullable)
            && self.get(path) != Some(&Json::Null)
            && self.write(path, Some(Json::Null), loose, false)
    }

    /// Brings back what was read: of one field, or of everything in a group or list.
    pub fn revert(&mut self, path: &str) -> bool {
        if self.form.find(path).is_some_and(|node| node.read_only) {
            return false;
        }
        let loose = self.loose.without(path);
        let mut value = self.value.clone();
        // Backwards, so that what comes and goes does not move what is still to be done.
        for change in self.changes.iter().rev().filter(|change| leads_to(path, &change.path)) {
            edit::undo(&mut value, change);
        }
        (value != self.value || loose != self.loose) && self.write_as(path, "", Some(value), loose, false)
    }

    pub fn revert_all(&mut self) -> bool {
        let original = self.original.clone();
        (original != self.value || self.loose != Loose::default()) && self.write_as("", "", Some(original), Loose::default(), false)
    }

    /// Every difference from what was read, with the values before and after.
    pub fn changes(&self) -> Vec<Change> {
        self.changes.clone()
    }

    /// Where something differs from what was read.
    pub fn changed(&self) -> impl Iterator<Item = &str> {
        self.changes.iter().map(|change| change.path.as_str())
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

    /// Whether nothing is worth keeping: the value is to the letter what was read, and every control shows it.
    pub fn is_untouched(&self) -> bool {
        self.loose == Loose::default() && self.value == self.original
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
        self.loose = step.before.clone();
        self.rebuild();
        let path = step.path.clone();
        self.undone.push(step);
        self.sealed = true;
        Some(path)
    }

    pub fn redo(&mut self) -> Option<String> {
        let step = self.undone.pop()?;
        edit::put(&mut self.value, &step.swap.at, step.swap.after.clone());
        self.loose = step.after.clone();
        self.rebuild();
        let path = step.path.clone();
        self.done.push(step);
        self.sealed = true;
        Some(path)
    }

    /// The draft as JSON, for keeping. It holds the edited document and unfinished texts, not what was read.
    pub fn save(&self) -> Json {
        let mut saved = Map::new();
        saved.insert("value".into(), self.value.clone());
        saved.insert("texts".into(), Json::Object(self.loose.texts.clone()));
        if !self.loose.chosen.is_empty() {
            saved.insert("chosen".into(), Json::Object(self.loose.chosen.clone()));
        }
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
        let of = |map: &Map<String, Json>, fits: fn(&Json) -> bool| {
            map.iter().filter(|(_, entry)| fits(entry)).map(|(path, entry)| (path.clone(), entry.clone())).collect()
        };
        let chosen = saved.get("chosen").and_then(Json::as_object).map(|chosen| of(chosen, Json::is_u64)).unwrap_or_default();
        let loose = Loose { texts: of(texts, Json::is_string), chosen };
        self.write_with("", "", Some(value), loose, false)
    }

    /// Which draft this is and how many edits it had: the same, as long as nothing was changed.
    pub fn edition(&self) -> (u64, u64) {
        (self.number, self.edits)
    }

    /// The vendor's own rules, if there are any.
    pub fn rules(&self) -> Option<&Json> {
        (!self.inferred).then_some(&self.schema)
    }

    /// Which draft this is and how many edits it had, and what the last one touched if that was one field in the same form.
    pub(super) fn revision(&self) -> ((u64, u64), Option<&str>) {
        (self.edition(), (self.made != self.edits).then_some(self.last.as_str()))
    }

    /// A field that may be changed.
    pub(super) fn field(&self, path: &str) -> Option<&Node> {
        self.form.find(path).filter(|node| !node.read_only)
    }

    pub(super) fn write(&mut self, path: &str, value: Option<Json>, loose: Loose, typing: bool) -> bool {
        self.write_as(path, path, value, loose, typing)
    }

    /// Puts `value` at `at`, as a step that happened at `path`. Unreadable text of the whole document gives way to it.
    pub(super) fn write_as(&mut self, path: &str, at: &str, value: Option<Json>, mut loose: Loose, typing: bool) -> bool {
        loose.texts.shift_remove(WHOLE);
        self.write_with(path, at, value, loose, typing)
    }

    pub(super) fn write_with(&mut self, path: &str, at: &str, value: Option<Json>, loose: Loose, typing: bool) -> bool {
        let Some(swap) = edit::plan(&self.value, at, value) else { return false };
        if !edit::put(&mut self.value, &swap.at, swap.after.clone()) {
            return false;
        }
        let same_shape = match (&swap.before, &swap.after) {
            (Some(before), Some(after)) => scalar(before) && scalar(after) && self.loose.chosen == loose.chosen,
            _ => false,
        };
        // What was guessed from a value is guessed anew from one of another type.
        let another = swap.before.as_ref().map(Type::of) != swap.after.as_ref().map(Type::of);
        let same_shape = same_shape && !(another && self.form.find(path).is_some_and(|node| node.guessed));
        // A group that has no value yet can hold texts of the fields below it, which go with it.
        let same_shape = same_shape && self.form.find(path).is_none_or(|node| node.below().is_empty() && node.variants.is_none());
        self.note(Step { path: path.into(), typing, swap, before: self.loose.clone(), after: loose.clone() });
        self.loose = loose;
        self.incomplete.retain(|other| other != path);
        if same_shape {
            self.touch(path);
            self.compare();
        } else {
            self.rebuild();
        }
        true
    }

    /// One field is to be checked anew.
    fn touch(&mut self, path: &str) {
        self.edits += 1;
        path.clone_into(&mut self.last);
    }

    fn note(&mut self, step: Step) {
        self.undone.clear();
        match self.done.last_mut().filter(|last| step.typing && last.typing && !self.sealed && last.path == step.path) {
            Some(last) if last.swap.at == step.swap.at => {
                last.swap.after = step.swap.after;
                last.after = step.after;
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
        self.form = self.form_of(&self.value, &self.loose);
        self.edits += 1;
        self.made = self.edits;
        self.compare();
    }

    /// The form that this document would have.
    pub(super) fn form_of(&self, value: &Json, loose: &Loose) -> Form {
        build::form(&self.schema, self.inferred, value, &self.read_only, &loose.chosen)
    }

    fn compare(&mut self) {
        self.changes = diff::changes(&self.original, &self.value);
    }
}

impl Loose {
    /// Without what belongs to this place or lies below it.
    pub(super) fn without(&self, path: &str) -> Self {
        self.moved(&|other| (!leads_to(path, other)).then(|| other.to_owned()))
    }

    /// With everything at its new path; `None`: it is gone.
    pub(super) fn moved(&self, to: &dyn Fn(&str) -> Option<String>) -> Self {
        let all = |map: &Map<String, Json>| map.iter().filter_map(|(path, entry)| Some((to(path)?, entry.clone()))).collect();
        Self { texts: all(&self.texts), chosen: all(&self.chosen) }
    }

    /// What stands in a control where that is not the value's own text; `None`: it is.
    pub(super) fn put_text(&mut self, path: &str, text: Option<&str>) {
        match text {
            Some(text) => self.texts.insert(path.into(), text.into()),
            None => self.texts.shift_remove(path),
        };
    }
}

fn scalar(value: &Json) -> bool {
    !value.is_object() && !value.is_array()
}

/// A value's own text in its field's control.
pub(super) fn shown(node: &Node, value: &Json) -> String {
    match node.kind {
        Kind::Json { .. } => format!("{value:#}"),
        _ => field_text(value),
    }
}
