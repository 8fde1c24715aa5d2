"""What a day in an MSK ultrasound clinic looks like: why patients come, what is found, how long it takes.

After the regions and pathologies of domain notes 2.4. A presentation is a reason for the scan with what it may show.
"""

import random
from collections.abc import Collection
from dataclasses import dataclass

from portfolios.enums import Grade, ScanRole, Side


@dataclass(frozen=True, slots=True)
class Presentation:
    """Why somebody comes: the words of the request, the ages at which it is seen, and what may be found."""

    words: str
    ages: tuple[int, int]
    found: tuple[str, ...]


P = Presentation
PRESENTATIONS: dict[str, tuple[Presentation, ...]] = {
    "shoulder": (
        P(
            "Painful arc for three months, ? cuff tear",
            (38, 76),
            ("rotator_cuff_tendinopathy", "rotator_cuff_partial_tear", "bursitis"),
        ),
        P(
            "Fall on outstretched arm, weak abduction",
            (45, 82),
            ("rotator_cuff_tear", "effusion", "biceps_tendinopathy"),
        ),
        P(
            "Acute severe shoulder pain, no trauma",
            (32, 64),
            ("calcific_tendinopathy", "calcification", "bursitis"),
        ),
        P(
            "Overhead athlete, pain at end of range",
            (18, 41),
            ("impingement", "biceps_tendinopathy", "bursitis"),
        ),
        P("Pain over the top of the shoulder", (40, 71), ("acj_osteoarthritis", "effusion", "erosion")),
        P(
            "Persistent pain after physiotherapy",
            (34, 79),
            ("rotator_cuff_tendinopathy", "impingement", "rotator_cuff_tear"),
        ),
    ),
    "elbow": (
        P(
            "Lateral elbow pain, worse on gripping",
            (30, 62),
            ("lateral_epicondyle", "enthesopathy", "calcification"),
        ),
        P("Golfer, medial elbow pain", (28, 66), ("medial_epicondyle", "enthesopathy", "ulnar_neuropathy")),
        P(
            "Felt a pop lifting a box, bruising in the cubital fossa",
            (33, 60),
            ("distal_biceps_tear", "tendon_tear", "effusion"),
        ),
        P("Swelling over the tip of the elbow", (35, 78), ("olecranon_bursitis", "bursitis", "synovitis")),
        P("Pins and needles in the little finger", (29, 70), ("ulnar_neuropathy", "ganglion", "effusion")),
    ),
    "wrist_hand": (
        P(
            "Night-time tingling in thumb and index finger",
            (34, 74),
            ("carpal_tunnel", "tenosynovitis", "ganglion"),
        ),
        P("New mother, radial wrist pain", (26, 41), ("de_quervain", "tenosynovitis", "effusion")),
        P("Finger catching in the morning", (42, 77), ("trigger_finger", "tenosynovitis", "calcification")),
        P("Lump on the back of the wrist", (17, 52), ("ganglion", "synovitis", "effusion")),
        P("Skiing fall, unstable thumb", (19, 55), ("ucl_thumb", "tendon_tear", "effusion")),
        P("Swollen knuckles, early morning stiffness", (36, 73), ("synovitis", "erosion", "tenosynovitis")),
    ),
    "hip_groin": (
        P(
            "Lateral hip pain lying on the side",
            (44, 79),
            ("gluteal_tendinopathy", "trochanteric_bursitis", "calcification"),
        ),
        P(
            "Footballer, groin pain on kicking",
            (17, 36),
            ("adductor_injury", "enthesopathy", "muscle_injury"),
        ),
        P("Sprint injury, back of the thigh", (18, 47), ("hamstring_injury", "muscle_injury", "effusion")),
        P("Snapping at the front of the hip", (18, 39), ("snapping_hip", "iliopsoas_bursitis", "bursitis")),
        P("Groin pain, ? joint effusion", (49, 83), ("effusion", "synovitis", "iliopsoas_bursitis")),
    ),
    "knee": (
        P("Swollen knee, no injury", (40, 81), ("effusion", "synovitis", "erosion")),
        P(
            "Volleyball player, pain below the kneecap",
            (16, 38),
            ("patellar_tendinopathy", "enthesopathy", "calcification"),
        ),
        P("Fullness behind the knee", (45, 80), ("bakers_cyst", "effusion", "synovitis")),
        P(
            "Stumbled on stairs, cannot straighten the knee",
            (52, 79),
            ("quadriceps_tear", "effusion", "tendon_tear"),
        ),
        P("Tackle to the outside of the knee", (17, 40), ("mcl_injury", "effusion", "cartilage")),
        P("Medial knee pain below the joint line", (43, 72), ("pes_bursitis", "bursitis", "effusion")),
        P("Lump at the lateral joint line", (25, 61), ("meniscal_cyst", "ganglion", "effusion")),
    ),
    "ankle_foot": (
        P(
            "Runner, stiff Achilles in the morning",
            (27, 61),
            ("achilles_tendinopathy", "calcification", "enthesopathy"),
        ),
        P(
            "Kicked in the calf sensation playing squash",
            (31, 57),
            ("achilles_tear", "tendon_tear", "muscle_injury"),
        ),
        P(
            "Heel pain with the first steps of the day",
            (36, 68),
            ("plantar_fasciitis", "enthesopathy", "calcification"),
        ),
        P(
            "Recurrent sprains, ankle gives way",
            (16, 44),
            ("ankle_instability", "effusion", "peroneal_tendinopathy"),
        ),
        P("Burning between the third and fourth toes", (38, 70), ("mortons_neuroma", "bursitis", "ganglion")),
        P(
            "Flat foot, pain behind the medial malleolus",
            (46, 75),
            ("tibialis_posterior", "tenosynovitis", "effusion"),
        ),
        P(
            "Pain under the second toe, toe drifting",
            (44, 71),
            ("plantar_plate_tear", "synovitis", "effusion"),
        ),
    ),
    "nerve": (
        P(
            "Numbness after fracture of the humerus, ? radial nerve",
            (24, 69),
            ("nerve_entrapment", "ganglion"),
        ),
        P("Foot drop after prolonged kneeling", (22, 63), ("nerve_entrapment", "ganglion", "effusion")),
    ),
    "soft_tissue": (
        P("Soft lump on the forearm, slowly growing", (31, 74), ("soft_tissue_mass", "ganglion")),
        P("Calf strain, ? size of tear", (21, 53), ("muscle_injury", "effusion")),
    ),
}

TOGETHER = {"elbow": "wrist_hand", "knee": "hip_groin", "ankle_foot": "knee", "wrist_hand": "elbow"}
"""Regions that are at times looked at in one visit."""

COMMENTS: dict[str, tuple[str, ...]] = {
    Grade.GOOD: (
        "Systematic technique, all landmarks shown. Report clear and answers the question.",
        "Good dynamic assessment. Comparison with the other side was your own idea: keep doing it.",
        "Measured in two planes, Doppler settings right. I would have written the same report.",
        "Confident with the patient, explained each step. Images could go straight to the archive.",
    ),
    Grade.ACCEPTABLE: (
        "Sound examination. Watch the angle of the probe: anisotropy in the second image.",
        "All structures seen; depth a little too generous. Report is right.",
        "Right conclusion. Say in the report what you could not see, too.",
        "Good images. Take more time over the dynamic part next time.",
        "",
    ),
    Grade.NEEDS_IMPROVEMENT: (
        "Long axis was off the tendon, so the size is understated. We repeated it together.",
        "Report names a tear that the images do not show in two planes. Discussed, rewritten.",
        "Gain too high throughout. Please set it before you start, not at the end.",
    ),
}
REFLECTIONS = (
    "I nearly called anisotropy a tear. Tilting the probe settled it; I will do that first from now on.",
    "The patient was in pain and I hurried. Next time I will warm the gel and explain more before I begin.",
    "First time that I found this on my own. The comparison with the other side made it clear.",
    "I did not see the deep part. I asked for help early, which was right.",
)


@dataclass(frozen=True, slots=True)
class Visit:
    """One scan of the demo clinic, before it has a day and a mentor."""

    regions: frozenset[str]
    pathologies: frozenset[str]
    indication: str
    age: int
    minutes: int
    side: str
    role: str
    reflection: str


def visit(rng: random.Random, region: str, others: Collection[str], progress: float) -> Visit:
    """A visit for one region; `others` are the regions that may come with it; `progress` runs from 0 to 1 over the course.

    Early scans take longer and are more often observed or assisted.
    """
    seen = rng.choice(PRESENTATIONS[region])
    regions = {region}
    if (second := TOGETHER.get(region)) in others and rng.random() < 0.05:
        regions.add(second)  # type: ignore[arg-type]
    normal = rng.random() < 0.17
    found = {"normal"} if normal else set(rng.sample(seen.found, k=1 if rng.random() < 0.72 else 2))
    role = rng.choices(
        [ScanRole.ASSISTED, ScanRole.PERFORMED, ScanRole.REPORTED],
        weights=[max(0.02, 0.35 - progress), 0.5, 0.1 + progress],
    )[0]
    return Visit(
        regions=frozenset(regions),
        pathologies=frozenset(found),
        indication=seen.words,
        age=rng.randint(*seen.ages),
        minutes=5 * round(rng.gauss(8 - 3 * progress, 1.2)) if rng.random() > 0.02 else 60,
        side=rng.choices([Side.LEFT, Side.RIGHT, Side.BOTH], weights=[45, 50, 5])[0],
        role=role,
        reflection=rng.choice(REFLECTIONS) if rng.random() < 0.06 else "",
    )


def grade(rng: random.Random, progress: float) -> str:
    """A mentor's grade: better as the course goes on."""
    weights = [0.12 * (1 - progress) + 0.01, 0.6 - 0.25 * progress, 0.28 + 0.35 * progress]
    return rng.choices([Grade.NEEDS_IMPROVEMENT, Grade.ACCEPTABLE, Grade.GOOD], weights=weights)[0]
