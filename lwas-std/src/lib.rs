//! The standard library's `.lwas` files, embedded: what `use std.…` finds. They are compiled into the binary, so that a
//! program means the same wherever `lwasc` stands; a file that is added to `std/` must be listed here, which a test sees to. Some modules
//! are services by themselves, `lwasc serve std.economy`, each at a port of its own.

/// The modules as (module path, source text), in order of path.
pub const MODULES: &[(&str, &str)] = &[
    ("std.alert", include_str!("../std/alert.lwas")),
    ("std.belief", include_str!("../std/belief.lwas")),
    ("std.currency", include_str!("../std/currency.lwas")),
    ("std.economy", include_str!("../std/economy.lwas")),
    ("std.ledger", include_str!("../std/ledger.lwas")),
    ("std.statistics", include_str!("../std/statistics.lwas")),
    ("std.telemetry", include_str!("../std/telemetry.lwas")),
    ("std.time", include_str!("../std/time.lwas")),
];

/// The modules that are services, and the ports at which their clients look for them.
pub const PORTS: &[(&str, u16)] = &[("std.economy", 8891), ("std.telemetry", 8890)];

/// The port of every other program.
pub const ANY_PORT: u16 = 8891;

/// The port of the service that a program of this name is.
pub fn port(program: &str) -> Option<u16> {
    PORTS.iter().find(|(module, _)| *module == program).map(|(_, port)| *port)
}

#[cfg(test)]
mod tests {
    use super::{MODULES, PORTS};
    use std::fs;
    use std::path::{Path, PathBuf};

    /// The `.lwas` files of a folder and of those below it, as (module path, file).
    fn modules_in(folder: &Path, prefix: &str) -> Vec<(String, PathBuf)> {
        let mut found = vec![];
        for entry in fs::read_dir(folder).expect("the folder of the sources is there") {
            let path = entry.expect("its entries can be read").path();
            let name = path.file_stem().expect("an entry has a name").to_string_lossy();
            let module = format!("{prefix}.{name}");
            if path.is_dir() {
                found.extend(modules_in(&path, &module));
            } else if path.extension().is_some_and(|e| e == "lwas") {
                found.push((module, path));
            }
        }
        found.sort();
        found
    }

    #[test]
    fn every_file_is_listed_in_order_of_path() {
        let listed: Vec<_> = MODULES.iter().map(|(module, _)| (*module).to_owned()).collect();
        let files = modules_in(&Path::new(env!("CARGO_MANIFEST_DIR")).join("std"), "std");
        let found: Vec<_> = files.iter().map(|(module, _)| module.clone()).collect();
        assert_eq!(listed, found);
        for ((_, text), (module, file)) in MODULES.iter().zip(files) {
            assert_eq!(*text, fs::read_to_string(file).expect("a listed file can be read"), "{module}");
        }
    }

    #[test]
    fn services_are_modules_and_have_ports_of_their_own() {
        for (place, (module, port)) in PORTS.iter().enumerate() {
            assert!(MODULES.iter().any(|(known, _)| known == module), "{module}");
            assert!(PORTS.iter().take(place).all(|(_, other)| other != port), "{module}");
        }
    }

    /// The digits of a currency as its line says: `currency USD(2) "US Dollar"`.
    fn digits(code: &str) -> Option<&'static str> {
        let (_, text) = MODULES.iter().find(|(module, _)| *module == "std.currency")?;
        let line =
            text.lines().find_map(|line| line.strip_prefix("currency ")?.strip_prefix(code)?.strip_prefix('('))?;
        line.split(')').next()
    }

    #[test]
    fn minor_units_are_those_of_iso_4217() {
        let samples = [
            ("0", "BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX UYI VND VUV XAF XOF XPF"),
            ("2", "CHF EUR GBP HUF IDR MGA MRU TWD USD ZWG"),
            ("3", "BHD IQD JOD KWD LYD OMR TND"),
            ("4", "CLF UYW"),
        ];
        for (expected, codes) in samples {
            for code in codes.split(' ') {
                assert_eq!(digits(code), Some(expected), "{code}");
            }
        }
        for code in ["BGN", "HRK", "XAU", "XTS", "XXX"] {
            assert_eq!(digits(code), None, "{code} is no currency of the current list with digits");
        }
    }

    #[test]
    fn the_list_of_currencies_is_whole_and_names_none_twice() {
        let (_, text) = MODULES.iter().find(|(module, _)| *module == "std.currency").expect("it is listed");
        let codes: Vec<_> = text.lines().filter_map(|line| line.strip_prefix("currency ")?.split('(').next()).collect();
        let mut distinct = codes.clone();
        distinct.sort_unstable();
        distinct.dedup();
        assert_eq!((codes.len(), distinct.len()), (165, 165));
    }
}
