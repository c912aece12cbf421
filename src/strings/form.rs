//! The form of a review: its fields, what is wrong with them, its table and its JSON view.

use runs::Json;
use runs::form::{ChoiceWords, Pasted, Problem, Unfit, VariantName};

pub struct FormWords {
    /// What was found at a field, and what is expected.
    pub problem: fn(&Problem) -> String,
    // Tools
    pub tools: &'static str,
    pub form: &'static str,
    pub json: &'static str,
    pub undo: &'static str,
    pub redo: &'static str,
    pub undo_key: &'static str,
    pub redo_key: &'static str,
    pub undone: fn(&str) -> String,
    pub redone: fn(&str) -> String,
    pub reverted: fn(&str) -> String,
    pub revert_key: &'static str,
    pub inferred: &'static str,
    pub inferred_next: &'static str,
    // What is wrong
    pub summary: fn(usize) -> String,
    pub more_problems: fn(usize) -> String,
    /// What one press puts in the field's place; `asked`: it is one of several ways to read what stands there.
    pub mend: fn(&Json, bool) -> String,
    pub mend_keys: fn(&str) -> String,
    pub mended: fn(&str) -> String,
    pub other_types: fn(usize) -> String,
    pub other_types_next: &'static str,
    pub mend_all: fn(usize) -> String,
    pub all_mended: fn(usize) -> String,
    // Fields
    pub variant: fn(&str) -> String,
    pub variant_name: fn(&VariantName, usize) -> String,
    pub no_variant: &'static str,
    /// An entry of an enumeration; `quoted`: only so is it told from another.
    pub choice: fn(&Json, &ChoiceWords, bool) -> String,
    pub remove: &'static str,
    pub set_null: &'static str,
    pub empty_text: &'static str,
    pub null: &'static str,
    pub new_name: fn(&str) -> String,
    pub add_lacking: fn(&str) -> String,
    pub add_name: &'static str,
    pub name_taken: fn(&str) -> String,
    // Lines
    pub move_up: fn(&str, usize) -> String,
    pub move_down: fn(&str, usize) -> String,
    pub moved: fn(usize) -> String,
    pub removed: fn(usize) -> String,
    /// The list holds no more than so many.
    pub full: fn(u64) -> String,
    pub table_keys: &'static str,
    pub wider: &'static str,
    pub removes_line: fn(&str) -> String,
    pub moves_up: fn(&str) -> String,
    pub moves_down: fn(&str) -> String,
    // Pasting
    pub paste_title: fn(&Pasted) -> String,
    pub paste_means: fn(&Pasted) -> Vec<String>,
    pub paste_line: &'static str,
    pub paste_column: &'static str,
    pub paste_now: &'static str,
    pub paste_then: &'static str,
    pub paste_do: fn(&Pasted) -> String,
    pub paste_one: &'static str,
    pub paste_cancel: &'static str,
    pub pasted: fn(&Pasted) -> String,
    pub pasted_rest: fn(&Pasted) -> Vec<String>,
    pub unfit: fn(&Unfit) -> String,
    pub close: &'static str,
    // JSON view
    pub whole_label: &'static str,
    pub whole_hint: &'static str,
    pub whole_wrong: &'static str,
    pub whole_wrong_next: &'static str,
    pub to_the_place: &'static str,
    pub to_json: &'static str,
    pub drop_whole: &'static str,
}
