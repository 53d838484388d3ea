/* adam.h - Adam's two forms, for the rules that are Adam and something more. */
#ifndef CORE_OPTIMIZER_ADAM_H
#define CORE_OPTIMIZER_ADAM_H

#include "core/optimizer/optimizer.h"

/* The rows of a table that the functions below read. */
enum adam_parameter {
    ADAM_RATE, ADAM_BETA1, ADAM_BETA2, ADAM_EPSILON, ADAM_AMSGRAD,
    ADAM_WEIGHT_DECAY,         /* not read here */
};

enum { ADAM_STATES = 3 };      /* m mean, v mean square, u greatest v */

/* One step of Algorithm 1: epsilon beside the root of the unbiased v. */
void adam_step(struct step *step);

/* One step of the paper's faster form: epsilon beside the root of v as it is,
 * which weighs more while v is young. Keras' choice. */
void adam_step_keras(struct step *step);

#endif
