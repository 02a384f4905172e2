"""Rule sets with planted faults of known answer: `python -m tests.governance.planted --sets 200` prints what the solver
found of them. Each set is of tests the condition builder can make, over fields of every type."""

from __future__ import annotations

import argparse
import random
import time
from collections import Counter
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from blueprint.expressions.fields import Catalogue, DataType, Field
from blueprint.expressions.prove import ProvableLine, Prover
from blueprint.expressions.proved_outcomes import ProvedOutcome
from blueprint.expressions.wall_clock import ZONE

NOW = 1_775_000_000_000_000  # microseconds; the spring of 2026
INDUSTRIES = ("SaaS", "Retail", "Health", "Finance", "Energy")
NEEDS = ("Price", "Support", "Speed")
ZONES = ("UTC", "America/Los_Angeles", "Asia/Tokyo", "Europe/Berlin")
RECORDS = 60  # by chance, that each proof is held against
CATALOGUE = Catalogue(
    [
        Field("employees", DataType.INTEGER, "Employees"),
        Field("budget", DataType.NUMBER, "Budget"),
        Field("industry", DataType.CHOICE, "Industry", INDUSTRIES),
        Field("needs", DataType.CHOICES, "Needs", NEEDS),
        Field("country", DataType.TEXT, "Country"),
        Field("demo_requested", DataType.BOOLEAN, "Demo requested"),
        Field("trial_ends_on", DataType.DATE, "Trial ends"),
    ]
)
COUNTRIES = ("Austria", "Brazil", "Canada", "Denmark", "Egypt", "France")


@dataclass
class Planted:
    """One rule set, and what is known of its rules by their place; a rule of which nothing is known is not judged."""

    lines: list[ProvableLine] = field(default_factory=list)
    known: dict[int, ProvedOutcome] = field(default_factory=dict)

    def add(self, expression: str, outcome: ProvedOutcome | None = None, needs: str = "") -> None:
        if outcome is not None:
            self.known[len(self.lines)] = outcome
        self.lines.append(ProvableLine(expression, needs))


def some_test(chance: random.Random) -> str:
    """A test that some records meet and others do not."""
    number, other = chance.randint(5, 400), chance.randint(5, 400)
    low, high = sorted((number, other + 500))
    return chance.choice(
        (
            f"employees >= {number}",
            f"employees < {high}",
            f"employees >= {low} && employees < {high}",
            f"budget > {number}.5",
            f"score >= {1 + number % 90}",
            f'industry == "{chance.choice(INDUSTRIES)}"',
            f'industry in ["{chance.choice(INDUSTRIES[:2])}", "{chance.choice(INDUSTRIES[2:])}"]',
            f'!(industry in ["{chance.choice(INDUSTRIES)}"])',
            f'country == "{chance.choice(COUNTRIES)}"',
            f'country.startsWith("{chance.choice(COUNTRIES)[:3]}")',
            f'!country.contains("{chance.choice(COUNTRIES)[1:4]}")',
            f'lower(source) == "{chance.choice(("web", "event", "partner"))}"',
            f'email.endsWith("@{chance.choice(("gmail.com", "acme.example"))}")',
            f'"{chance.choice(NEEDS)}" in needs',
            f'!("{chance.choice(NEEDS)}" in needs)',
            "demo_requested",
            "!demo_requested",
            f"created_at >= now - days({number})",
            f"last_activity_at < now - days({number})",
            f"trial_ends_on <= now + days({number})",
            f'trial_ends_on >= date("20{chance.randint(24, 29)}-03-01")',
            "known(country)",
            "known(account_name)",
        )
    )


def impossible(chance: random.Random) -> str:
    """A test that no record meets, hidden among others."""
    number = chance.randint(10, 400)
    one, other = chance.sample(COUNTRIES, 2)
    fault = chance.choice(
        (
            f"employees >= {number} && employees < {chance.randint(1, number)}",
            f"employees > {number} && employees < {number + 1}",
            f'country == "{one}" && country == "{other}"',
            f'country.startsWith("{one[:3]}") && country in ["{other}"]',
            f'country == "{one}" && !country.contains("{one[1:3]}")',
            f'lower(source) == "Web{number}"',
            f'lower(country) == "{one.lower()}" && country == "{other}"',
            'industry == "SaaS" && blank(industry)',
            f"!(industry in [{', '.join(f'{chr(34)}{each}{chr(34)}' for each in INDUSTRIES)}])",
            'known(needs) && !("Price" in needs) && !("Support" in needs) && !("Speed" in needs)',
            "demo_requested && !demo_requested",
            f"created_at >= now - days({number}) && created_at < now - days({number + chance.randint(0, 90)})",
            f"created_at > now + days({number})",
            f'trial_ends_on < date("2026-0{chance.randint(1, 5)}-01") && trial_ends_on > date("2026-06-01")',
            f"score >= {100 + number}",
            f"budget - employees > {number} && budget < employees",
            f"(employees > {number} ? budget : score) < 0 && budget > 0 && score >= 0",
        )
    )
    return " && ".join(chance.sample([fault, some_test(chance)], 2)) if chance.random() < 0.5 else fault


def narrower(chance: random.Random, test: str) -> str:
    """A test that only records meet which meet the other one as well."""
    return chance.choice(
        (f"({test}) && ({some_test(chance)})", f"({some_test(chance)}) && {test}", f"{test} && score >= 10")
    )


def planted(seed: int) -> Planted:
    """A rule set with a rule that can never be true, one behind a wider one, one behind two that share its records, one
    behind an owner who may not be there, and a catch-all. A record of which little is known goes to the last."""
    chance, rules = random.Random(seed), Planted()
    steps = chance.sample(("never", "narrower", "shared", "needs", "plain"), 5)
    for step in steps:
        test = some_test(chance)
        if step == "never":
            rules.add(impossible(chance), ProvedOutcome.NEVER)
        elif step == "narrower":
            rules.add(test)
            rules.add(narrower(chance, test), ProvedOutcome.SHADOWED)
        elif step == "shared":
            number = chance.randint(10, 400)
            rules.add(f"employees >= {number}")
            rules.add(f"employees < {number + chance.randint(0, 50)}")
            rules.add(f"({test}) && known(employees)", ProvedOutcome.SHADOWED)
        elif step == "needs":
            rules.add('account_domain == "norway.example"', needs="account_owner")
            rules.add('account_domain == "norway.example"', ProvedOutcome.REACHED)
        else:
            rules.add(test)
    rules.add("true", ProvedOutcome.REACHED)
    return rules


@dataclass
class Found:
    """What the solver said of planted sets: `found` and `planted` by outcome, and what was wrong, in words."""

    found: Counter[str] = field(default_factory=Counter)
    planted: Counter[str] = field(default_factory=Counter)
    wrong: list[str] = field(default_factory=list)
    unknown: int = 0
    proved: int = 0


def prove_sets(seeds: range) -> Found:
    """Prove every rule of the sets. A narrower rule may be never true as well; either is found."""
    told = Found()
    for seed in seeds:
        rules, zone = planted(seed), ZONES[seed % len(ZONES)]
        prover = Prover(CATALOGUE, rules.lines, NOW, {"kind": "lead"}, {"score": 100}, zone=zone)
        for place, line in enumerate(rules.lines):
            proof = prover.first_match(place)
            told.proved += 1
            told.unknown += proof.outcome is ProvedOutcome.UNKNOWN
            if met := contradicted(prover, place, proof.outcome, random.Random(seed)):
                told.wrong.append(f"set {seed}, rule {place}, {line.expression}: {proof.outcome}, but see {met}")
            known = rules.known.get(place)
            if known is None:
                continue
            told.planted[known] += 1
            alike = {known} | ({ProvedOutcome.NEVER} if known is ProvedOutcome.SHADOWED else set())
            told.found[known] += proof.outcome in alike
            if proof.outcome not in alike:
                told.wrong.append(f"set {seed}, rule {place}, {line.expression}: {proof.outcome}, planted {known}")
    return told


def contradicted(prover: Prover, place: int, outcome: ProvedOutcome, chance: random.Random) -> dict[str, Any] | None:
    """A record, of a few by chance, that the line takes although it is proved that it takes none."""
    if outcome not in (ProvedOutcome.NEVER, ProvedOutcome.SHADOWED):
        return None
    tests = [line.test for line in prover.compiled[: place + 1]]
    for _ in range(RECORDS):
        facts = record(chance) | {ZONE: prover.zone}
        before = any(test(facts) for test, line in zip(tests[:-1], prover.lines, strict=False) if not line.needs)
        if tests[place](facts) is True and (outcome is ProvedOutcome.NEVER or not before):
            return facts
    return None


def record(chance: random.Random) -> dict[str, Any]:
    """A record by chance, in which each value may be blank."""
    day = 86_400
    now = datetime.fromtimestamp(NOW / 1_000_000, UTC)
    facts: dict[str, Any] = {
        "employees": chance.randint(0, 900),
        "budget": chance.randint(-10, 900) / 2,
        "industry": chance.choice(INDUSTRIES),
        "needs": chance.sample(NEEDS, chance.randint(1, 3)),
        "country": chance.choice((*COUNTRIES, "Ecuador", "Fran", "norway")),
        "demo_requested": chance.random() < 0.5,
        "trial_ends_on": (now + timedelta(days=chance.randint(-900, 900))).date(),
        "source": chance.choice(("Web", "web", "Event", "partner", "web7")),
        "email": f"a@{chance.choice(('gmail.com', 'acme.example', 'x.example'))}",
        "name": chance.choice(("Ann", "Bob", "Cy")),
        "account_domain": chance.choice(("norway.example", "acme.example")),
        "account_name": "Acme",
        "last_activity_at": now - timedelta(seconds=chance.randint(0, 500 * day)),
    }
    facts = {key: value for key, value in facts.items() if chance.random() < 0.7}
    known = {"kind": "lead", "score": chance.randint(0, 100), "now": now}
    return facts | known | {"created_at": now - timedelta(seconds=chance.randint(0, 500 * day))}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sets", type=int, default=200)
    parser.add_argument("--first", type=int, default=0)
    asked = parser.parse_args()
    began = time.perf_counter()
    told = prove_sets(range(asked.first, asked.first + asked.sets))
    for outcome, count in told.planted.items():
        print(f"{outcome}: found {told.found[outcome]} of {count} planted")
    print("\n".join(told.wrong))
    took = time.perf_counter() - began
    print(f"{asked.sets} sets, {told.proved} rules, {told.unknown} unknown, {took / told.proved * 1000:.0f} ms a rule")


if __name__ == "__main__":
    main()
