//! The files in `deploy/` against what they are about: every command line in them is run, with `--check` where it would serve, on
//! the configuration that they ship; ports, paths and names that must agree are compared; probes ask a server. What runs containers
//! is not needed.

use crate::process::{Sandbox, lwasc};
use crate::served::Server;
use crate::{files, tools};
use serde_json::Value;
use std::collections::BTreeSet;
use std::path::Path;
use std::process::Command;
use std::{env, fs};

/// Makes all that a server needs in the folder `etc`, as `docs/operations.md` does, and a ledger in `var`.
const PREPARE: &str = "set -e
lwasc keygen release.key
lwasc build $ROOT/examples/wallet --key release.key -o etc/program.lwx
mv release.pub etc
mkdir -p etc/tls var
openssl req -x509 -addext subjectAltName=DNS:localhost -keyout etc/tls/tls.key -out etc/tls/tls.crt
lwasc keygen --api till > till
tail -n +2 till >> etc/serve.toml
sed 's#/run/credentials/lwas@shop.service#tls#' $ROOT/deploy/systemd/serve.toml > etc/systemd.toml
tail -n +2 till >> etc/systemd.toml
lwasc run etc/program.lwx --key etc/release.pub --ledger var/program.ledger";

/// What each server of these files must say.
const LISTENS: &str = "listens on  https://0.0.0.0:8891";

const PORT: u64 = 8891;

/// Looks at all of them.
pub fn check(repository: &Path) -> Result<(), String> {
    let deploy = repository.join("deploy");
    let read = |name: &str| fs::read_to_string(deploy.join(name)).map_err(|why| format!("{name}: {why}"));
    let (dockerfile, unit) = (read("Dockerfile")?, read("systemd/lwas@.service")?);
    let yaml =
        |name: &str| serde_saphyr::from_str::<Value>(&read(name)?).map_err(|why| format!("{name} is no YAML: {why}"));
    let compose = yaml("compose.yaml")?;
    let (set, service) = (yaml("kubernetes/statefulset.yaml")?, yaml("kubernetes/service.yaml")?);
    let kustomization = yaml("kubernetes/kustomization.yaml")?;

    agree(&dockerfile, &compose, &set, &service)?;
    finds(&deploy.join("kubernetes"), &kustomization, &set)?;

    let sandbox = Sandbox::new()?;
    let etc = sandbox.work().join("etc");
    fs::create_dir(&etc).map_err(|why| format!("{}: {why}", etc.display()))?;
    files::copy_folder(&deploy.join("config"), &etc)?;
    let made = sandbox.run(&mut shell(&sandbox, PREPARE)?, &sandbox.work())?;
    if made.code != Some(0) {
        return Err(format!("what a server needs can't be made:\n{}", made.output));
    }
    let image: Vec<String> = [exec(&dockerfile, "ENTRYPOINT")?, exec(&dockerfile, "CMD")?].concat();
    serves(&sandbox, "Dockerfile", &image)?;
    let pod: Vec<String> = texts(&set, "/spec/template/spec/containers/0/args")?;
    serves(&sandbox, "statefulset.yaml", &[vec!["lwasc".to_owned()], pod].concat())?;
    let start = setting(&unit, "ExecStart")?.replace("/etc/lwas/%i/serve.toml", "/etc/lwas/systemd.toml");
    serves(&sandbox, "lwas@.service", &words(&start))?;
    let credential = setting(&unit, "LoadCredential")?;
    if !(credential.starts_with("tls.key:")
        && read("systemd/serve.toml")?.contains("/run/credentials/lwas@shop.service/tls.key"))
    {
        return Err(format!("`systemd/serve.toml` does not name the credential `{credential}`"));
    }
    let audit = setting(&read("systemd/lwas-audit@.service")?, "ExecStart")?;
    let audited = run(&sandbox, &words(&audit), &[])?;
    if !audited.contains("\"status\":\"clean\"") {
        return Err(format!("`{audit}` says:\n{audited}"));
    }
    probes(&sandbox, &dockerfile, &set)?;
    units(&sandbox, &deploy.join("systemd"))
}

/// The same port, the same folders, and one writer.
fn agree(dockerfile: &str, compose: &Value, set: &Value, service: &Value) -> Result<(), String> {
    let container = "/spec/template/spec/containers/0";
    let expected = |what: &str, found: String, wanted: String| {
        if found == wanted { Ok(()) } else { Err(format!("{what}: expected {wanted}, found {found}")) }
    };
    expected("EXPOSE", line(dockerfile, "EXPOSE")?, PORT.to_string())?;
    expected("compose.yaml, ports", texts(compose, "/services/lwas/ports")?.join(" "), format!("{PORT}:{PORT}"))?;
    expected("the pod's port", at(set, &format!("{container}/ports/0/containerPort"))?.to_string(), PORT.to_string())?;
    expected("the service's port", at(service, "/spec/ports/0/port")?.to_string(), PORT.to_string())?;
    let name = at(set, &format!("{container}/ports/0/name"))?.to_string();
    expected("the service's target", at(service, "/spec/ports/0/targetPort")?.to_string(), name.clone())?;
    for probe in ["startupProbe", "livenessProbe", "readinessProbe"] {
        expected(probe, at(set, &format!("{container}/{probe}/httpGet/port"))?.to_string(), name.clone())?;
    }
    let labels = "/spec/template/metadata/labels";
    expected("the service's selector", at(service, "/spec/selector")?.to_string(), at(set, labels)?.to_string())?;
    expected("the set's selector", at(set, "/spec/selector/matchLabels")?.to_string(), at(set, labels)?.to_string())?;
    expected("replicas", at(set, "/spec/replicas")?.to_string(), "1".to_owned())?;
    expected("VOLUME", line(dockerfile, "VOLUME")?, "/var/lib/lwas".to_owned())?;
    let wanted = ["/etc/lwas", "/tmp", "/var/lib/lwas"].map(str::to_owned);
    let mut composed: BTreeSet<String> = texts(compose, "/services/lwas/tmpfs")?.into_iter().collect();
    composed.extend(
        texts(compose, "/services/lwas/volumes")?.iter().filter_map(|text| Some(text.split(':').nth(1)?.to_owned())),
    );
    expected("compose.yaml's folders", format!("{composed:?}"), format!("{:?}", BTreeSet::from(wanted.clone())))?;
    let mounts = at(set, &format!("{container}/volumeMounts"))?.as_array().cloned().unwrap_or_default();
    let mounted: BTreeSet<&str> = mounts.iter().filter_map(|mount| mount.get("mountPath")?.as_str()).collect();
    match wanted.iter().find(|path| !mounted.contains(path.as_str())) {
        Some(path) => Err(format!("the pod has nothing at {path}")),
        None => Ok(()),
    }
}

/// What a kustomization names is there, and makes the config map that the pod wants.
fn finds(folder: &Path, kustomization: &Value, set: &Value) -> Result<(), String> {
    if let Some(missing) = texts(kustomization, "/resources")?.iter().find(|name| !folder.join(name).is_file()) {
        return Err(format!("kustomization.yaml names {missing}, which is not there"));
    }
    let made = at(kustomization, "/configMapGenerator/0/name")?;
    if made != at(set, "/spec/template/spec/volumes/0/configMap/name")? {
        return Err(format!("no volume of the pod is of the config map {made}"));
    }
    let given = texts(kustomization, "/configMapGenerator/0/files")?;
    let args = texts(set, "/spec/template/spec/containers/0/args")?;
    let wanted = args.iter().filter_map(|arg| arg.strip_prefix("/etc/lwas/"));
    match wanted.into_iter().find(|name| !given.iter().any(|file| file == name)) {
        Some(name) => Err(format!("the config map lacks {name}")),
        None => Ok(()),
    }
}

/// Whether a command line would serve.
fn serves(sandbox: &Sandbox, of: &str, command: &[String]) -> Result<(), String> {
    let said = run(sandbox, command, &["--check"])?;
    if said.contains(LISTENS) {
        Ok(())
    } else {
        Err(format!("{of}, with `--check`: expected `{LISTENS}`, found\n{said}"))
    }
}

/// Runs a command line of `lwasc`, with the folders of the sandbox; it must succeed.
fn run(sandbox: &Sandbox, command: &[String], more: &[&str]) -> Result<String, String> {
    let [name, args @ ..] = command else { return Err("an empty command line".to_owned()) };
    if name.rsplit('/').next() != Some("lwasc") {
        return Err(format!("expected `lwasc`, found `{name}`"));
    }
    let here = |arg: &String| {
        let arg = arg.replace("%i/", "");
        arg.replace("/etc/lwas/", "etc/").replace("/var/lib/lwas/", "var/")
    };
    let ran = sandbox.run(Command::new(lwasc()?).args(args.iter().map(here)).args(more), &sandbox.work())?;
    if ran.code == Some(0) {
        Ok(ran.output)
    } else {
        Err(format!("{command:?} ends with {:?}:\n{}", ran.code, ran.output))
    }
}

/// What probes ask is there, and says that all is well.
fn probes(sandbox: &Sandbox, dockerfile: &str, set: &Value) -> Result<(), String> {
    let server = Server::start(sandbox, lwasc()?, "etc/program.lwx --key etc/release.pub --ledger var/program.ledger")?
        .listens()?;
    let of_image = exec(dockerfile, "    CMD")?;
    let [_, probe, url] = &of_image[..] else { return Err(format!("expected a probe, found {of_image:?}")) };
    let image =
        url.strip_prefix(&format!("https://127.0.0.1:{PORT}")).ok_or(format!("{url} is not where it listens"))?;
    let mut paths = vec![image.to_owned()];
    for probe in ["startupProbe", "livenessProbe", "readinessProbe"] {
        let path = at(set, &format!("/spec/template/spec/containers/0/{probe}/httpGet/path"))?;
        paths.push(path.as_str().unwrap_or_default().to_owned());
    }
    for path in paths {
        let asked = ["lwasc".to_owned(), probe.clone(), format!("http://127.0.0.1:{}{path}", server.port())];
        run(sandbox, &asked, &[])?;
    }
    Ok(())
}

/// systemd itself looks at the units, where it is installed.
fn units(sandbox: &Sandbox, folder: &Path) -> Result<(), String> {
    let copy = sandbox.work().join("units");
    fs::create_dir(&copy).map_err(|why| why.to_string())?;
    let mut verify = Command::new("systemd-analyze");
    verify.args(["verify", "--man=no"]);
    for unit in files::entries_of(folder)?.into_iter().filter(|path| path.to_string_lossy().contains("@.")) {
        let text = fs::read_to_string(&unit).map_err(|why| why.to_string())?;
        let text = text.replace("/usr/bin/lwasc", &lwasc()?.to_string_lossy());
        let instance = copy.join(unit.file_name().unwrap_or_default());
        fs::write(&instance, text).map_err(|why| why.to_string())?;
        verify.arg(instance);
    }
    let installed = env::var_os("PATH")
        .is_some_and(|path| env::split_paths(&path).any(|folder| folder.join("systemd-analyze").exists()));
    if !installed {
        return Ok(());
    }
    let verified = sandbox.run(&mut verify, &copy)?;
    if verified.code == Some(0) { Ok(()) } else { Err(format!("`systemd-analyze verify` says:\n{}", verified.output)) }
}

/// `sh` with `lwasc` and the tools that sessions have.
fn shell(sandbox: &Sandbox, script: &str) -> Result<Command, String> {
    let folder = sandbox.work().with_file_name("tools");
    tools::put(&folder)?;
    let known = env::var_os("PATH").unwrap_or_default();
    let first = [lwasc()?.parent().unwrap_or(Path::new("")).to_owned(), folder];
    let path = env::join_paths(first.into_iter().chain(env::split_paths(&known))).map_err(|why| why.to_string())?;
    let mut command = Command::new("sh");
    command.args(["-c", script]).env("PATH", path);
    Ok(command)
}

fn at<'a>(value: &'a Value, pointer: &str) -> Result<&'a Value, String> {
    value.pointer(pointer).ok_or_else(|| format!("there is no {pointer}"))
}

fn texts(value: &Value, pointer: &str) -> Result<Vec<String>, String> {
    let list = at(value, pointer)?.as_array().ok_or_else(|| format!("{pointer} is no list"))?;
    list.iter().map(|one| one.as_str().map(str::to_owned).ok_or_else(|| format!("{pointer} has {one}"))).collect()
}

/// What stands behind an instruction of a Dockerfile.
fn line(dockerfile: &str, instruction: &str) -> Result<String, String> {
    let found = dockerfile.lines().find_map(|line| line.strip_prefix(instruction)?.strip_prefix(' '));
    found.map(str::to_owned).ok_or_else(|| format!("the Dockerfile has no {}", instruction.trim()))
}

/// A command in the form that needs no shell.
fn exec(dockerfile: &str, instruction: &str) -> Result<Vec<String>, String> {
    serde_json::from_str(&line(dockerfile, instruction)?).map_err(|why| format!("{}: {why}", instruction.trim()))
}

/// A setting of a unit that stands there once.
fn setting(unit: &str, name: &str) -> Result<String, String> {
    let mut found = unit.lines().filter_map(|line| line.strip_prefix(name)?.strip_prefix('='));
    match (found.next(), found.next()) {
        (Some(text), None) => Ok(text.to_owned()),
        _ => Err(format!("expected `{name}=` once in a unit")),
    }
}

fn words(text: &str) -> Vec<String> {
    text.split_whitespace().map(str::to_owned).collect()
}
