"""The words of "CASE Requirements for the Accreditation of Musculoskeletal Ultrasound Courses", April 2023.

Quoted word for word from the page that offers "MSK Statements - Final April 2023.pdf": this is the text that the
product shows, cites and is held to. Its spelling and spacing are left as they are.
"""

from __future__ import annotations

from typing import Final

from accreditation.rules.clauses import Statement

TITLE: Final = "CASE Requirements for the Accreditation of Musculoskeletal Ultrasound Courses"

STATEMENTS: Final = (
    Statement(
        id="PS1",
        label="Applicants",
        words=(
            "Applicants should be aligned with an appropriate professional body and have an appropriate amount "
            "and type of pre-existing experience in a clinical musculoskeletal or ultrasound specialism."
        ),
        rationale=(
            "This proposal maintains that applicants into a PgC MSK US course must have appropriate clinical "
            "MSK or ultrasound experience, but recognises that the level/quality of experience is not directly "
            "related to time (ie. some professionals could be clinically skilled/experienced in MSK or "
            "ultrasound practice <12 months and others may have >12 months of experience without appropriate "
            "knowledge/skills. This is a similar argument for a student competent in US after 10 scans vs a "
            "student not yet competent in US following 100 scans).  This proposal also maintains the need for "
            "students undertaking MSK US courses to be health professionals aligned with an appropriate "
            "professional body (inclusive of AHPs, medical professionals). MSK is not currently an option for "
            "direct entry US courses, at undergraduate level."
        ),
    ),
    Statement(
        id="PS2",
        label="Portfolio and competency",
        words=(
            "As part of a CASE accredited course, students should undertake a portfolio of practice/learning "
            "and demonstrate competency in the areas that clearly align with their subsequent breadth/remit of "
            "ultrasound scanning following completion of the course."
        ),
        rationale=(
            "This proposal emphasises the need for students on MSK US courses to complete and maintain a "
            "portfolio/evidence log to:"
        ),
        principles=(
            (
                "agree a learning contract between student, mentor and awarding institution, about a clearly "
                "defined individual breadth/remit of MSK US practice, for use in practice when training & post "
                "qualification (where the portfolio is presented to mentors and employers)"
            ),
            (
                "evidence appropriate scanning experience & learning, aligned to this full breadth/remit of "
                "practice (inclusive of documented scans (quality appraised by mentor), scan hours ± "
                "reflective practice/case reports)"
            ),
            (
                "evidence the student’s clinical competency to scan out in practice following completion of "
                "the course, where the portfolio must include evidence of successfully completed clinical "
                "competency assessments. These assessments must include unseen patient exams, where student "
                "competency is assessed and signed off across the full breadth/remit of their defined US "
                "practice."
            ),
        ),
    ),
    Statement(
        id="PS3",
        label="Presentation to the employer",
        words=(
            "CASE advocate that the learner presents their portfolio of practice/learning and competency "
            "assessments to their employer (or regulator, as appropriate) as evidence of their initial "
            "practice."
        ),
        rationale=(
            "On discussion, we learned that it is not usually possible for HEI’s to specify different MSK "
            "anatomical areas/regions on exit awards for individual students. Therefore, this proposal "
            "highlights the need for the health professional qualified in MSK US to present to their employer: "
            "1) evidence of their exit award and 2) their portfolio of practice, with evidence of the "
            "breadth/remit of US practice they can competently scan within. CASE recognise that this proposal "
            "requires more employer education/support about the need for MSK US professionals to produce this "
            "evidence. As a mechanism towards preceptorship, this will ensure patient/sonographer safety "
            "through appropriate referrals and scan lists. This portfolio can also be used in evidence of "
            "practice for professional bodies and regulators."
        ),
    ),
    Statement(
        id="PS4",
        label="Supervision",
        words=(
            "Student scans must be directly supervised by an appropriate mentor, who has appropriate "
            "qualifications and experience (ie. PgC qualification and a minimum of 2*-years post qualification "
            "experience or level 2 Radiology) in MSK US, aligned with the student’s breadth/remit of practice, "
            "as defined in their portfolio.  (*Where there is a significant shortage of available mentors, "
            "qualified staff with a minimum of 1 year post qualification experience may act as the local "
            "mentor if at least one other member of the supervisory team meets the minimum requirement of 2 "
            "years’ experience.)"
        ),
        rationale=(
            "This proposal is intended to define an appropriate MSK US mentor for the trainee student. This "
            "ensures that the mentor has a breadth/remit of practice aligned to that of the student, with "
            "appropriate experience, qualifications and clinical competency. This proposal also aligns to the "
            "existing CASE proposal statement related to independent scanning. In relation to this statement, "
            "please see following principles:"
        ),
        principles=(
            (
                "Mentor supervision of independent student scans/decision making, until the final (or interim) "
                "award is ratified by the university examination board, is a cornerstone of US practice "
                "(applicable to all remits of US and not exclusive to MSK)"
            ),
            (
                "These scans must include scanning of a range of MSK pathologies aligned to the student’s "
                "breadth/scope of practice, as defined/agreed in the learning contract"
            ),
            (
                "Whilst students may undertake scans with healthy volunteers in simulation based training "
                "(fundamental to learning of healthy sono-anatomy), these should not be included in the scan "
                "log/numbers of the portfolio. The portfolio should be reflective of patient cases only."
            ),
        ),
    ),
    Statement(
        id="PS5",
        label="Learning and assessment",
        words=(
            "Aligning with the subsequent scope of musculoskeletal ultrasound practice, appropriate learning "
            "and formal assessment(s) (usually at level 7 or equivalent Masters level) must be successfully "
            "completed for professional issues, science, physics and technology."
        ),
        rationale=(
            "This proposal maintains the need for students to successfully complete a physics module, with "
            "learning and assessment at an appropriate level. The level is not named here, as could differ "
            "between levels 6 or 7 (or equivalent levels outside of England) depending on whether the MSK "
            "course is at a focused or postgraduate level (direct entry at undergraduate level not yet "
            "possible for MSK US). This proposal also acknowledges that all physics learning and assessment "
            "must be appropriate to the learner’s breadth/remit of MSK US practice."
        ),
    ),
)
