//! What is typed and pasted into one field, and how the field shows it.

use super::super::check::{Typed, read};
use super::super::problem::{Problem, Wrong};
use super::super::{Kind, Node, NumberRules, TextRules, Type, ends, field_text};
use super::{Draft, shown};
use crate::value::json::Json;

impl Draft {
    /// Takes what was typed. Text that a field cannot hold stays in its control and becomes a problem; the value stays.
    /// `false`: no such field, or it is read-only.
    pub fn set(&mut self, path: &str, typed: &str) -> bool {
        let Some(node) = self.field(path).filter(|node| !matches!(node.kind, Kind::Object { .. } | Kind::List { .. })) else {
            return false;
        };
        let typed = self.with_line_ends(path, typed);
        let read = match self.as_alternative(node, &typed) {
            Some(value) => Typed::Value(value),
            None => self.reading(node, &typed),
        };
        let value = match read {
            Typed::Value(value) => Some(value),
            Typed::Absent => None,
            Typed::Wrong(_) => self.get(path).cloned(),
        };
        let mut loose = self.loose.clone();
        loose.put_text(path, (value.as_ref().map_or(!typed.is_empty(), |value| shown(node, value) != typed)).then_some(&typed));
        // What is typed may fit another alternative: it must not change the form under the person's hands.
        for above in self.form.trail(path) {
            if above.path == path && above.variants.as_ref().is_some_and(|variants| variants.single) {
                continue;
            }
            if let Some(at) = above.variants.as_ref().and_then(|variants| variants.chosen) {
                loose.chosen.entry(above.path.clone()).or_insert_with(|| at.into());
            }
        }
        self.write(path, value, loose, true)
    }

    /// What a text means in a field. Where the schema says nothing of it that a form can follow, it is a value of a type that the
    /// validator asked for, else a text, which is the validator's to judge.
    pub(in super::super) fn reading(&self, node: &Node, text: &str) -> Typed {
        let original = self.original(&node.path);
        let told = self.told(node);
        for told in &told {
            match read(told, text, original) {
                Typed::Wrong(Wrong::Ambiguous { readings }) => return Typed::Wrong(Wrong::Ambiguous { readings }),
                Typed::Wrong(_) => {}
                typed => return typed,
            }
        }
        if told.is_empty() || matches!(node.kind, Kind::Json { .. }) {
            return read(node, text, original);
        }
        read(&Node { kind: Kind::Text(TextRules::default()), ..node.clone() }, text, original)
    }

    /// A guessed field in each type that the validator asked for there.
    pub(in super::super) fn told(&self, node: &Node) -> Vec<Node> {
        let leaf = node.guessed && !matches!(node.kind, Kind::Object { .. } | Kind::List { .. });
        let Some((_, types)) = self.told.iter().find(|(path, _)| leaf && *path == node.path) else { return Vec::new() };
        let kind = |wanted: &Type| match wanted {
            Type::Text => Some(Kind::Text(TextRules::default())),
            Type::Number | Type::Whole => Some(Kind::Number(NumberRules { integer: *wanted == Type::Whole, ..NumberRules::default() })),
            Type::Bool => Some(Kind::Bool),
            Type::List | Type::Object => Some(Kind::Json { expected: Some(*wanted) }),
            Type::Null => None,
        };
        let nullable = types.contains(&Type::Null);
        types.iter().filter_map(kind).map(|kind| Node { kind, nullable, ..node.clone() }).collect()
    }

    /// Takes note of the types that the validator asks for where the schema's own words tell a form none.
    pub fn learn(&mut self, found: &[Problem]) {
        for problem in found {
            let types = match &problem.wrong {
                Wrong::Type { expected, .. } => vec![*expected],
                Wrong::Types { expected, .. } => expected.clone(),
                Wrong::NotWhole => vec![Type::Whole],
                _ => continue,
            };
            if self.field(&problem.path).is_some_and(|node| node.guessed) {
                self.told.retain(|(path, _)| *path != problem.path);
                self.told.push((problem.path.clone(), types));
            }
        }
    }

    /// What a text means where several kinds of single values may stand and the person chose none: what was read, a value of its type, or
    /// the first kind that the text is a value of. `None`: the field's own kind decides.
    fn as_alternative(&self, node: &Node, typed: &str) -> Option<Json> {
        let variants = node.variants.as_ref().filter(|variants| variants.single && !self.loose.chosen.contains_key(&node.path))?;
        let original = self.original(&node.path);
        if typed.is_empty() || original.is_some_and(|original| field_text(original) == typed) {
            return None;
        }
        let readings = (0..variants.names.len()).filter_map(|at| {
            let mut loose = self.loose.clone();
            loose.chosen.insert(node.path.clone(), at.into());
            let form = self.form_of(&self.value, &loose);
            Some(read(form.find(&node.path)?, typed, None))
        });
        let mut values = Vec::new();
        for reading in readings {
            match reading {
                Typed::Value(value) => values.push(value),
                // A question of one kind is no text of another.
                Typed::Wrong(Wrong::Ambiguous { .. }) => return None,
                _ => {}
            }
        }
        let like = |value: &&Json| original.is_some_and(|original| std::mem::discriminant(original) == std::mem::discriminant(*value));
        values.iter().find(like).or(values.first()).cloned()
    }

    /// The text of a control, which knows line feeds only, with the line ends that the field's own text has.
    fn with_line_ends(&self, path: &str, typed: &str) -> String {
        let own = |value: Option<&Json>| value.and_then(Json::as_str).map(str::to_owned);
        match own(self.original(path)) {
            Some(original) if ends::plain_ends(&original) == ends::plain_ends(typed) => original,
            _ => ends::restored(&own(self.get(path)).unwrap_or_default(), typed),
        }
    }

    /// Writes a number as the form does where it was typed in another way and is no question; whether the control shows something else
    /// now. It is no step of its own.
    pub fn settle(&mut self, path: &str) -> bool {
        let settled = self.typed(path).is_some_and(|text| {
            let number = self.field(path).filter(|node| matches!(node.kind, Kind::Number(_)));
            let read = number.map(|node| self.reading(node, text));
            matches!(read, Some(Typed::Value(value)) if self.get(path) == Some(&value))
        });
        if settled {
            self.loose.put_text(path, None);
            if let Some(last) = self.done.last_mut() {
                last.after = self.loose.clone();
            }
            self.touch(path);
        }
        settled
    }

    /// A part of a date or time was cleared, or not filled in yet: the value stays.
    pub fn set_incomplete(&mut self, path: &str) {
        if self.field(path).is_some_and(|node| matches!(node.kind, Kind::Text(_))) && !self.is_incomplete(path) {
            self.incomplete.push(path.to_owned());
            self.touch(path);
        }
    }

    pub fn is_incomplete(&self, path: &str) -> bool {
        self.incomplete.iter().any(|other| other == path)
    }

    /// Every control was drawn anew, with its value in it; whether one had shown only a part of it.
    pub fn completed(&mut self) -> bool {
        let some = !self.incomplete.is_empty();
        self.incomplete.clear();
        if some {
            self.edits += 1;
            self.made = self.edits;
        }
        some
    }
}
