"""All models of the portfolios app."""

from portfolios.models.portfolios import (
    LearningContract,
    Portfolio,
    PortfolioGroupPermission,
    PortfolioUserPermission,
    Presentation,
    Signature,
    TeamMembership,
)
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
    "ExperienceJudgement",
    "LearningContract",
    "Portfolio",
    "PortfolioGroupPermission",
    "PortfolioUserPermission",
    "Presentation",
    "Registration",
    "Result",
    "Scan",
    "Signature",
    "Student",
    "StudentAward",
    "TeamMembership",
]
