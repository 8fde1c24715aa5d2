"""Pathology codes by region, for the scan log (domain 2.4). Order is storage: a new code goes to the end of its list's
number range, never in between, because each code's number is its bit. At most 63 codes.
"""

GENERIC = ("shoulder", "elbow", "wrist_hand", "hip_groin", "knee", "ankle_foot")

# (bit number, code, label, regions it is offered for)
PATHOLOGIES: tuple[tuple[int, str, str, tuple[str, ...]], ...] = (
    (0, "normal", "normal", GENERIC),
    (1, "effusion", "effusion", GENERIC),
    (2, "synovitis", "synovitis", GENERIC),
    (3, "bursitis", "bursitis", GENERIC),
    (4, "tenosynovitis", "tenosynovitis", GENERIC),
    (5, "enthesopathy", "enthesopathy", GENERIC),
    (6, "calcification", "calcification", GENERIC),
    (7, "ganglion", "ganglion or cyst", GENERIC),
    (8, "erosion", "erosion or osteophyte", GENERIC),
    (9, "cartilage", "cartilage change", GENERIC),
    (10, "rotator_cuff_tendinopathy", "rotator cuff tendinopathy", ("shoulder",)),
    (11, "rotator_cuff_partial_tear", "rotator cuff partial tear", ("shoulder",)),
    (12, "rotator_cuff_tear", "rotator cuff full-thickness tear", ("shoulder",)),
    (13, "calcific_tendinopathy", "calcific tendinopathy", ("shoulder",)),
    (14, "impingement", "subacromial impingement", ("shoulder",)),
    (15, "biceps_tendinopathy", "biceps tendinopathy or subluxation", ("shoulder",)),
    (16, "acj_osteoarthritis", "acromioclavicular joint osteoarthritis", ("shoulder",)),
    (17, "lateral_epicondyle", "lateral epicondyle tendinopathy", ("elbow",)),
    (18, "medial_epicondyle", "medial epicondyle tendinopathy", ("elbow",)),
    (19, "distal_biceps_tear", "distal biceps tear", ("elbow",)),
    (20, "olecranon_bursitis", "olecranon bursitis", ("elbow",)),
    (21, "ulnar_neuropathy", "ulnar nerve compression", ("elbow",)),
    (22, "carpal_tunnel", "carpal tunnel syndrome", ("wrist_hand",)),
    (23, "de_quervain", "de Quervain tenosynovitis", ("wrist_hand",)),
    (24, "trigger_finger", "trigger finger", ("wrist_hand",)),
    (25, "ucl_thumb", "ulnar collateral ligament injury of the thumb", ("wrist_hand",)),
    (26, "tendon_tear", "tendon tear", ("wrist_hand", "ankle_foot", "elbow")),
    (27, "gluteal_tendinopathy", "gluteal tendinopathy or tear", ("hip_groin",)),
    (28, "trochanteric_bursitis", "trochanteric bursitis", ("hip_groin",)),
    (29, "iliopsoas_bursitis", "iliopsoas bursitis", ("hip_groin",)),
    (30, "hamstring_injury", "hamstring injury", ("hip_groin",)),
    (31, "adductor_injury", "adductor injury", ("hip_groin",)),
    (32, "snapping_hip", "snapping hip", ("hip_groin",)),
    (33, "patellar_tendinopathy", "patellar tendinopathy", ("knee",)),
    (34, "quadriceps_tear", "quadriceps tendinopathy or tear", ("knee",)),
    (35, "bakers_cyst", "Baker's cyst", ("knee",)),
    (36, "meniscal_cyst", "meniscal cyst", ("knee",)),
    (37, "mcl_injury", "medial collateral ligament injury", ("knee",)),
    (38, "pes_bursitis", "pes anserine bursitis", ("knee",)),
    (39, "achilles_tendinopathy", "Achilles tendinopathy", ("ankle_foot",)),
    (40, "achilles_tear", "Achilles tear", ("ankle_foot",)),
    (41, "plantar_fasciitis", "plantar fasciitis", ("ankle_foot",)),
    (42, "peroneal_tendinopathy", "peroneal tendinopathy", ("ankle_foot",)),
    (43, "tibialis_posterior", "tibialis posterior tendinopathy", ("ankle_foot",)),
    (44, "ankle_instability", "ankle instability or ATFL injury", ("ankle_foot",)),
    (45, "mortons_neuroma", "Morton's neuroma", ("ankle_foot",)),
    (46, "plantar_plate_tear", "plantar plate tear", ("ankle_foot",)),
    (47, "nerve_entrapment", "nerve entrapment", ("nerve",)),
    (48, "muscle_injury", "muscle injury", ("soft_tissue",)),
    (49, "soft_tissue_mass", "soft-tissue mass", ("soft_tissue",)),
    (50, "hip_dysplasia", "developmental dysplasia of the hip", ("paediatric_hip",)),
    (62, "other", "other", GENERIC),
)

BITS: dict[str, int] = {code: 1 << bit for bit, code, _, _ in PATHOLOGIES}
LABELS: dict[str, str] = {code: label for _, code, label, _ in PATHOLOGIES}


def offered_for(region: str) -> tuple[str, ...]:
    """Codes offered for a region or extra, its own first, then the general ones; `normal` leads."""
    own = [code for _, code, _, where in PATHOLOGIES if region in where and where != GENERIC]
    general = [
        code for _, code, _, where in PATHOLOGIES if where == GENERIC and code not in ("normal", "other")
    ]
    return ("normal", *own, *general, "other")
