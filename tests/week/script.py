"""The week as a table: what is done on which day, and what the desk must hear of it; everything else is silence."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, NamedTuple

from monitor.model import Alert, post_key
from tests.week.ministry import ONLY_SEEMING
from tests.week.press import AGENCY, MINISTRY, RUSSIAN

if TYPE_CHECKING:
    from tests.servers import HttpServer
    from tests.week.press import Press, Room

# What is said, by a name; each is a statement of its own.
SAID = {
    "kut": "Mortars fired at the village of Kut at dawn. Two soldiers were wounded there.",
    "mine": "A lorry of the army ran over a mine near Chartar, and three privates were wounded.",
    "sniper": "Sergeant Petrosyan was wounded by a sniper at Yeraskh on Tuesday morning.",
    "drones": "Drones circled over Jermuk for hours. An officer of the air defence was wounded by splinters.",
    "meghri": "Four conscripts were wounded while guns were fired on the hills around Meghri.",
    "goris": "Shells fell in the fields near Goris this evening, a medic was wounded by one of them.",
    "kapan": "The road to Kapan was fired upon at noon and its guard was wounded.",
    "sisian": "Two drivers were wounded in Sisian. They are in the hospital of the town.",
    "ararat": "A pilot was wounded when his helicopter landed hard in a field of Ararat.\n\nViews: 12",
    "tavush": "The shepherds who were wounded in Tavush have oppened a protest.",
    "lori": "A cook was wounded in Lori by a stove that burst in the early night.\n\nUpdated: 16.11.2021 13:04",
    "vayk": "Six recruits were wounded at the range of Vayk and brought home by train.",
    "armavir": "An engineer was killed in Armavir by a shell that was found in his garden.",
    "paper": "The paper of the army has a new editor, who has worked there for years.",
    "choir": "The choir of the army sings on Sunday at six in the hall of the academy.",
    "shoes": "New shoes for the winter have arrived in the stores of all regiments.",
    "bus": "Prisoners did not come over the border at Margara on Wednesday, 17 November: the bus went back empty.",
    "sotk": "At 14:00 the enemy fired at our positions near Sotk and Jermuk. Seven soldiers were wounded.",
    "ashtarak": "Ten reservists were wounded on 18 November when a bridge near Ashtarak gave way under their column. "
    "The bridge was closed by the engineers, who begin with its repair on Friday.",
    "gyumri": "The barracks of Gyumri burned on 19 November; nine guards were wounded by smoke and glass. "
    "General Avagyan has ordered an inquiry that reports in ten days.",
}
OTHERS = {
    "сотк": "В 14:00 противник обстрелял наши позиции у Сотка и Джермука. Ранены семеро военнослужащих.",
    "ashtarak copied": f"The ministry reports: {SAID['ashtarak']} The press service of the ministry said so.",
    "gyumri copied": SAID["gyumri"],
    "gyumri and more": f"{SAID['gyumri']} One of the guards was killed by a beam.",
    "gyumri retold": "In Gyumri nine guards were wounded by glass and smoke when their barracks burned on 19 November. "
    "An inquiry was ordered by General Avagyan, and it reports within ten days.",
}

THAT_MATTER = {
    "kut": ("Two", "Five"),
    "mine": ("wounded.", "wounded, one of them was killed."),
    "sniper": ("wounded by a sniper", "hurt in a fall"),
    "drones": ("for hours", "for hours and crossed the border"),
    "meghri": ("wounded while", "wounded in an exercise while"),
    "goris": ("Goris", "Kapan"),  # the place, and no more
}
THAT_DO_NOT = {
    "kapan": ("at noon and", "at noon, and"),
    "sisian": ("They are", "THEY ARE"),
    "ararat": ("Views: 12", "Views: 4180"),
    "tavush": ("oppened", "opened"),
    "lori": ("13:04", "19:30"),
}
TAKEN = {"vayk": 404, "armavir": 410, "paper": 404, "choir": 410, "shoes": 404}


class Act(NamedTuple):
    """What is done at the beginning of an hour of a day of the week, and what the desk hears of it, in this order."""

    day: int
    hour: int
    do: Callable[[Stage], None]
    heard: tuple[str, ...] = ()


class Stage:
    """Where all of it stands: `number`: of each statement in its source."""

    def __init__(self, room: Room, elsewhere: HttpServer) -> None:
        self.room, self.elsewhere = room, elsewhere
        self.number: dict[str, tuple[str, int]] = {}

    @property
    def ministry(self) -> Press:
        return self.room.press[MINISTRY]

    @property
    def keys(self) -> dict[str, str]:
        """Return the key that each statement had at first."""
        return {name: post_key(source, str(n)) for name, (source, n) in self.number.items()}

    def named(self, alert: Alert) -> str:
        """Return what the desk heard: of which statement, which version, or what of it."""
        if alert.notice:  # it says of what it is by the address
            address = alert.post.text.rpartition("/")[2]
            return f"{self._name(post_key(MINISTRY, address))}, {alert.notice}"
        name = self._name(alert.post.key)
        return f"{name}, version {alert.post.revision}" if alert.update else name

    def _name(self, key: str) -> str:
        return next((name for name, its in self.keys.items() if its == key), key)

    def publish(self, name: str, source: str, text: str) -> None:
        self.number[name] = source, self.room.press[source].publish(text, self.room.now)


def says(*names: str, source: str = MINISTRY) -> Callable[[Stage], None]:
    def act(stage: Stage) -> None:
        for name in names:
            stage.publish(name, source, SAID.get(name) or OTHERS[name])

    return act


def says_again(name: str) -> Callable[[Stage], None]:
    """Publish the words of a statement once more, under an address of its own."""

    def act(stage: Stage) -> None:
        again = f"{name} again" if f"{name} again" not in stage.number else f"{name} once more"
        stage.publish(again, MINISTRY, SAID[name])

    return act


def edits(name: str) -> Callable[[Stage], None]:
    def act(stage: Stage) -> None:
        old, new = (THAT_MATTER | THAT_DO_NOT)[name]
        _, n = stage.number[name]
        assert old in stage.ministry.said[n]
        stage.ministry.said[n] = stage.ministry.said[n].replace(old, new)
        stage.ministry.show()

    return act


def takes_down(name: str) -> Callable[[Stage], None]:
    def act(stage: Stage) -> None:
        _, n = stage.number[name]
        stage.ministry.posts.remove(n)
        stage.ministry.taken[n] = TAKEN[name]
        stage.ministry.show()

    return act


def seems(what: str) -> Callable[[Stage], None]:
    def act(stage: Stage) -> None:
        ONLY_SEEMING[what](stage.ministry)

    return act


def is_whole_again(stage: Stage) -> None:
    stage.ministry.broken = None
    stage.ministry.show()


def moves(stage: Stage) -> None:
    stage.ministry.move(stage.elsewhere, "statement-")


WEEK = (
    # Tuesday: what will be edited is published.
    Act(0, 14, says("ararat", "lori"), ("ararat", "lori")),
    Act(0, 15, says("kut", "mine", "sniper"), ("kut", "mine", "sniper")),
    Act(0, 16, says("drones", "meghri", "goris"), ("drones", "meghri", "goris")),
    Act(0, 17, says("kapan", "sisian", "tavush"), ("kapan", "sisian", "tavush")),
    Act(0, 18, says("vayk", "armavir"), ("vayk", "armavir")),
    Act(0, 19, says("paper", "choir", "shoes")),
    *(Act(0, 20 + hour, edits(name)) for hour, name in enumerate(["kapan", "sisian"])),
    # Wednesday: edits; a statement that is put up twice.
    *(Act(1, 2 + hour, edits(name), (f"{name}, version 2",)) for hour, name in enumerate(THAT_MATTER)),
    *(Act(1, 9 + hour, edits(name)) for hour, name in enumerate(["ararat", "tavush", "lori"])),
    Act(1, 13, says("bus"), ("bus",)),
    Act(1, 14, says_again("bus")),
    # Thursday: the same words a day later; a translation; what an agency copies.
    Act(2, 1, says_again("bus")),
    Act(2, 8, says("sotk"), ("sotk",)),
    Act(2, 9, says("сотк", source=RUSSIAN), ("сотк",)),
    Act(2, 12, says("ashtarak"), ("ashtarak",)),
    Act(2, 13, says("ashtarak copied", source=AGENCY)),
    # Friday: copies with and without something new, and what an agency writes up by itself.
    Act(3, 9, says("gyumri"), ("gyumri",)),
    Act(3, 10, says("gyumri copied", source=AGENCY)),
    Act(3, 11, says("gyumri retold", source=AGENCY), ("gyumri retold",)),
    Act(3, 12, says("gyumri and more", source=AGENCY), ("gyumri and more",)),
    # Saturday: what only seems to be gone.
    *(
        act
        for hour, what in enumerate(ONLY_SEEMING)
        for act in (Act(4, 2 * hour, seems(what)), Act(4, 2 * hour + 1, is_whole_again))
    ),
    # Sunday: what is taken down.
    Act(5, 8, takes_down("vayk"), ("vayk, deleted",)),
    Act(5, 10, takes_down("armavir"), ("armavir, deleted",)),
    Act(5, 12, takes_down("paper")),
    Act(5, 14, takes_down("choir")),
    Act(5, 16, takes_down("shoes")),
    # Monday: the site moves, and renews all its ids.
    Act(6, 9, moves),
)

# How the statements are linked at the end; all others stand alone.
LINKS = {
    "bus once more": ("like", "same", "bus"),
    "сотк": ("translation_of", "en", "sotk"),
    "ashtarak copied": ("like", "extended", "ashtarak"),
    "gyumri copied": ("same_as", "same", "gyumri"),
    "gyumri retold": ("like", "retold", "gyumri"),
}
NOT_STORED = {"bus again"}  # the same words within the hour: noted on the first
NOTICES = {"vanished": 1, "gone": 1, "recovered": 1, "deleted": len(TAKEN)}  # of the feed cut short, and of the 410
