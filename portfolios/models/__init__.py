"""All models of the portfolios app."""

from portfolios.models.admissions import ExperienceFile, FormerJudgement, Move, RegistrationCheck
from portfolios.models.imports import ScanFile, ScanFileLine, ScanFileRange
from portfolios.models.portfolios import (
    LearningContract,
    Portfolio,
    PortfolioGroupPermission,
    PortfolioUserPermission,
    Presentation,
    Signature,
    TeamMembership,
)
from portfolios.models.scales import GradeScale
from portfolios.models.scans import Appraisal, CompetencyAssessment, Scan
from portfolios.models.students import (
    Experience,
    ExperienceJudgement,
    Registration,
    Result,
    Student,
    StudentAward,
)

__all__ = [
    "Appraisal",
    "CompetencyAssessment",
    "Experience",
    "ExperienceFile",
    "ExperienceJudgement",
    "FormerJudgement",
    "GradeScale",
    "LearningContract",
    "Move",
    "Portfolio",
    "PortfolioGroupPermission",
    "PortfolioUserPermission",
    "Presentation",
    "Registration",
    "RegistrationCheck",
    "Result",
    "Scan",
    "ScanFile",
    "ScanFileLine",
    "ScanFileRange",
    "Signature",
    "Student",
    "StudentAward",
    "TeamMembership",
]
