//! A statement put together from parts, with numbered places for its values: sqlx's own builder writes `?` for `Any`, which PostgreSQL
//! does not know.

use std::fmt::{Display, Write as _};

use sqlx::any::AnyArguments;
use sqlx::query::Query;
use sqlx::{Any, AssertSqlSafe, Encode, Type};

#[derive(Default)]
pub(crate) struct Statement {
    text: String,
    values: AnyArguments,
    count: usize,
}

impl Statement {
    pub fn new(text: &str) -> Self {
        Self { text: text.to_owned(), ..Self::default() }
    }

    /// Adds words of the language; never a value.
    pub fn push(&mut self, words: impl Display) -> &mut Self {
        // Writing to a text does not fail.
        let _ = write!(self.text, "{words}");
        self
    }

    /// Adds a value.
    pub fn bind<'q, T: 'q + Encode<'q, Any> + Type<Any>>(&mut self, value: T) -> &mut Self {
        use sqlx::Arguments as _;
        // `Any` takes every value whose type it knows.
        let _ = self.values.add(value);
        self.count += 1;
        let place = self.count;
        self.push(format_args!("${place}"))
    }

    /// Adds each value, with commas between them.
    pub fn bind_all<'q, T: 'q + Encode<'q, Any> + Type<Any>>(&mut self, values: impl IntoIterator<Item = T>) -> &mut Self {
        for (at, value) in values.into_iter().enumerate() {
            if at > 0 {
                self.push(", ");
            }
            self.bind(value);
        }
        self
    }

    #[cfg(test)]
    pub fn text(&self) -> &str {
        &self.text
    }

    /// Its texts are as many as its values: it is not kept prepared.
    pub fn build(self) -> Query<'static, Any, AnyArguments> {
        sqlx::query_with(AssertSqlSafe(self.text), self.values).persistent(false)
    }
}
