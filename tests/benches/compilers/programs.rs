//! One program in three languages, of any length: sections with a constant, an enum, a record and seven functions over whole numbers and
//! amounts, each with names and a number of its own, so that no two functions are equal. A section calls the fee of the one before it;
//! chains of calls end after eight sections.
//!
//! The same is computed as far as the languages let it: LwaS and Rust check every operation for overflow, in LwaS amounts have 128
//! bits and in Rust and C 64, and C checks nothing. The program in LwaS is its own whole: nothing of the standard library is used.

/// A language that programs are written in.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Language {
    Lwas,
    Rust,
    C,
}

/// A program of about so many lines, never fewer than one section.
pub fn program(language: Language, lines: usize) -> String {
    let (head, section, first, next) = match language {
        Language::Lwas => (LWAS_HEAD, LWAS, "round(amount * 0.1%)", "fee$(amount, Tier$.Standard, false)"),
        Language::Rust => {
            (RUST_HEAD, RUST, "half_even(amount.checked_mul(1)?, 1000)?", "fee$(amount, Tier$::Standard, false)?")
        }
        Language::C => (C_HEAD, C, "half_even(amount, 1000)", "fee$(amount, STANDARD$, 0)"),
    };
    let mut text = head.to_owned();
    let length = section.lines().count();
    for number in 0..lines.div_ceil(length).max(1) {
        let before =
            if number.is_multiple_of(8) { first.to_owned() } else { next.replace('$', &(number - 1).to_string()) };
        text.push_str(&section.replace("@before", &before).replace('@', &number.to_string()));
    }
    text
}

const LWAS_HEAD: &str = "//! A generated program.\n\ncurrency USD(2) \"US dollar\"\n";

const LWAS: &str = r#"
// Section @: what an order of branch @ costs.
const CAP@: USD = 50 USD

/// What a customer of branch @ is.
enum Tier@ { Standard, Plus, Premium }

/// A line of an order.
record Line@ {
  price: USD
  quantity: Int
}

/// A share by tier and a fixed part, at most the cap; a refund gives 80% of it back.
fn fee@(amount: USD, tier: Tier@, refund: Bool) -> USD {
  let share = match tier {
    Tier@.Standard => amount * 2.9% + 0.30 USD,
    Tier@.Plus => amount * 2.2% + 0.25 USD,
    Tier@.Premium => amount * 1.5% + 0.10 USD,
  }
  let before = @before
  let fee = min(round(share) + before + @ USD, CAP@)
  if refund { -round(fee * 0.8) } else { fee }
}

fn price@(line: Line@) -> USD {
  if line.quantity > 100 + @ { round(line.price * line.quantity * 0.95) } else { line.price * line.quantity }
}

fn total@(lines: List<Line@>) -> USD {
  fold acc = 0 USD for line in lines { acc + price@(line) }
}

fn points@(amount: USD, bonus: Int) -> Int {
  let whole = div(bonus * 3 + @, 7)
  if amount > CAP@ { whole * 2 } else { whole + mod(bonus, 5) }
}

fn largest@(a: Int, b: Int, c: Int) -> Int {
  if a > b and a > c { a + @ } else { if b > c { b } else { c } }
}

fn may_sell@(amount: USD, volume: USD, open: Bool) -> Bool {
  open and amount > 0 USD and volume + amount <= CAP@ * 200 + @ USD
}

fn order@(lines: List<Line@>, tier: Tier@, bonus: Int) -> USD {
  let amount = total@(lines)
  let fee = fee@(amount, tier, points@(amount, bonus) > largest@(bonus, 10, 20))
  if may_sell@(amount, fee, true) { amount + fee } else { amount }
}
"#;

const RUST_HEAD: &str = r#"//! A generated program.

pub fn half_even(units: i64, divisor: i64) -> Option<i64> {
    let (quotient, remainder) = (units / divisor, (units % divisor).abs());
    let away = remainder * 2 > divisor || (remainder * 2 == divisor && quotient % 2 != 0);
    quotient.checked_add(if away { units.signum() } else { 0 })
}
"#;

const RUST: &str = r#"
// Section @: what an order of branch @ costs.
const CAP@: i64 = 50_00;

/// What a customer of branch @ is.
#[derive(Clone, Copy)]
pub enum Tier@ { Standard, Plus, Premium }

/// A line of an order.
pub struct Line@ {
    pub price: i64,
    pub quantity: i64,
}

/// A share by tier and a fixed part, at most the cap; a refund gives 80% of it back.
pub fn fee@(amount: i64, tier: Tier@, refund: bool) -> Option<i64> {
    let share = match tier {
        Tier@::Standard => amount.checked_mul(29)?.checked_add(30_000)?,
        Tier@::Plus => amount.checked_mul(22)?.checked_add(25_000)?,
        Tier@::Premium => amount.checked_mul(15)?.checked_add(10_000)?,
    };
    let before = @before;
    let fee = half_even(share, 1000)?.checked_add(before)?.checked_add(@00)?.min(CAP@);
    if refund { Some(-half_even(fee.checked_mul(8)?, 10)?) } else { Some(fee) }
}

pub fn price@(line: &Line@) -> Option<i64> {
    if line.quantity > 100 + @ { half_even(line.price.checked_mul(line.quantity)?.checked_mul(95)?, 100) } else { line.price.checked_mul(line.quantity) }
}

pub fn total@(lines: &[Line@]) -> Option<i64> {
    lines.iter().try_fold(0i64, |acc, line| acc.checked_add(price@(line)?))
}

pub fn points@(amount: i64, bonus: i64) -> Option<i64> {
    let whole = bonus.checked_mul(3)?.checked_add(@)?.div_euclid(7);
    if amount > CAP@ { whole.checked_mul(2) } else { whole.checked_add(bonus.rem_euclid(5)) }
}

pub fn largest@(a: i64, b: i64, c: i64) -> Option<i64> {
    if a > b && a > c { a.checked_add(@) } else if b > c { Some(b) } else { Some(c) }
}

pub fn may_sell@(amount: i64, volume: i64, open: bool) -> Option<bool> {
    Some(open && amount > 0 && volume.checked_add(amount)? <= (CAP@ * 200i64).checked_add(@00)?)
}

pub fn order@(lines: &[Line@], tier: Tier@, bonus: i64) -> Option<i64> {
    let amount = total@(lines)?;
    let fee = fee@(amount, tier, points@(amount, bonus)? > largest@(bonus, 10, 20)?)?;
    if may_sell@(amount, fee, true)? { amount.checked_add(fee) } else { Some(amount) }
}
"#;

const C_HEAD: &str = r#"/* A generated program. */

long long half_even(long long units, long long divisor) {
    long long quotient = units / divisor, remainder = units % divisor;
    if (remainder < 0) remainder = -remainder;
    int away = remainder * 2 > divisor || (remainder * 2 == divisor && quotient % 2 != 0);
    return quotient + (away ? (units > 0) - (units < 0) : 0);
}
"#;

const C: &str = r#"
/* Section @: what an order of branch @ costs. */
static const long long CAP@ = 5000;

/* What a customer of branch @ is. */
enum Tier@ { STANDARD@, PLUS@, PREMIUM@ };

/* A line of an order. */
struct Line@ {
    long long price;
    long long quantity;
};

/* A share by tier and a fixed part, at most the cap; a refund gives 80% of it back. */
long long fee@(long long amount, enum Tier@ tier, int refund) {
    long long share = 0;
    switch (tier) {
        case STANDARD@: share = amount * 29 + 30000; break;
        case PLUS@: share = amount * 22 + 25000; break;
        case PREMIUM@: share = amount * 15 + 10000; break;
    }
    long long before = @before;
    long long fee = half_even(share, 1000) + before + @ * 100LL;
    if (fee > CAP@) fee = CAP@;
    return refund ? -half_even(fee * 8, 10) : fee;
}

long long price@(const struct Line@ *line) {
    return line->quantity > 100 + @ ? half_even(line->price * line->quantity * 95, 100) : line->price * line->quantity;
}

long long total@(const struct Line@ *lines, int count) {
    long long acc = 0;
    for (int i = 0; i < count; i++) acc += price@(&lines[i]);
    return acc;
}

long long points@(long long amount, long long bonus) {
    long long whole = (bonus * 3 + @) / 7;
    return amount > CAP@ ? whole * 2 : whole + bonus % 5;
}

long long largest@(long long a, long long b, long long c) {
    return a > b && a > c ? a + @ : b > c ? b : c;
}

int may_sell@(long long amount, long long volume, int open) {
    return open && amount > 0 && volume + amount <= CAP@ * 200 + @ * 100LL;
}

long long order@(const struct Line@ *lines, int count, enum Tier@ tier, long long bonus) {
    long long amount = total@(lines, count);
    long long fee = fee@(amount, tier, points@(amount, bonus) > largest@(bonus, 10, 20));
    return may_sell@(amount, fee, 1) ? amount + fee : amount;
}
"#;
