using Unmask.Benchmarks;

(string Name, int Needed, string Usage, Action<string[]> Run)[] commands =
[
    ("rise-time", 1, "MODEL.onnx [MASKS] [PREPROCESSING]: time and peak memory of RISE on one photo", given => RiseTime.Run(given[0], given[1..])),
    ("curve-cost", 1, "MODEL.onnx [PREPROCESSING] [MAPS]: deletion and insertion against plain forward passes, one and all threads", given => CurveCost.Run(given[0], given[1..])),
    ("rise-quality", 3, "MODEL.onnx PHOTOS CACHE [PREPROCESSING] [PHOTO_COUNT]: quality against forward passes; resumes from CACHE", given => RiseQuality.Run(given[0], given[1], given[2], given[3..])),
    ("rise-scores", 3, "MODEL.onnx PHOTOS CACHE [PREPROCESSING]: deletion and insertion of the maps that rise-quality kept", given => RiseQualityScores.Run(given[0], given[1], given[2], given[3..])),
    ("int8-probing", 2, "MODEL.onnx PHOTOS [PREPROCESSING] [MASKS] [COUNT]: RISE in int8 against float32: time and agreement", given => Int8Probing.Run(given[0], given[1], given[2..])),
    ("gradient-time", 1, "MODEL.onnx [ITEMS] [PROFILE]: forward pass against forward and input gradient, and Integrated Gradients", given => GradientTime.Run(given[0], given[1..])),
    ("weight-gradient-time", 1, "MODEL.onnx [BATCH]: forward pass against forward and the gradients of all weights", given => WeightGradientTime.Run(given[0], given[1..])),
    ("infill-quality", 1, "PHOTOS INFILL…: how far in-fills are from what was hidden, under masks of four kinds", given => InfillQuality.Run(given[0], given[1..])),
    ("infill-sheet", 1, "FILE.png INFILL…: the built-in photo under one mask, in each in-fill", given => InfillSheet.Run(given[0], given[1..])),
    ("fido-infills", 4, "MODEL.onnx PHOTOS CACHE INPAINTER.onnx [PREPROCESSING] [COUNT] [pixels|cells] [STEPS] [LEAST_PROBABILITY]: FIDO with a generative in-fill against others; resumes from CACHE", given => FidoInfills.Run(given[0], given[1], given[2], given[3], given[4..])),
    ("gad-experiment", 3, "CATSDOGS CIFAR10 FOLDER [COUNT] [SUPPORT_PICTURES] [EPOCHS] [RATE] [IMPORTANCE]: GAD against its controls, two networks on two data sets; resumes from FOLDER", given => GadExperiment.Run(given[0], given[1], given[2], given[3..])),
    ("scenes", 1, "FOLDER [redundant]: small drawn pictures with exact masks, for training and test; redundant: two cues, of which either suffices", given => Scenes.Run(given[0], given[1..])),
    ("masker-study", 4, "CACHE NAME MODEL.onnx PICTURES [steps=N] [batch=N] [seeds=N] [photos=N] [rows=A,B] [other=MODEL.onnx] [inpainter=FILE.onnx]: what maskers are made of, one thing changed at a time; resumes from CACHE", given => MaskerStudy.Run(given[0], given[1], given[2], given[3], given[4..])),
    ("masker-time", 2, "MODEL.onnx MASKER.onnx [PREPROCESSING] [ROUNDS]: a masker's map beside the classifier's own pass, in turn", given => MaskerTime.Run(given[0], given[1], given[2..])),
    ("training-time", 1, "NETWORK.onnx [ROUNDS] [PEER…]: a training step, in turn with another program", given => TrainingTime.Run(given[0], given[1..])),
    ("perturbation-time", 1, "NETWORK.onnx [ROUNDS] [PEER…]: a step of extremal perturbation, in turn with another program; then four areas, and four pictures, together against one", given => PerturbationTime.Run(given[0], given[1..])),
];

var command = commands.FirstOrDefault(each => args.Length > each.Needed && args[0] == each.Name);
if (command.Run is null)
{
    Console.Error.WriteLine("Usage:");
    foreach (var (name, _, usage, _) in commands)
    {
        Console.Error.WriteLine($"  {name} {usage}");
    }

    return 2;
}

command.Run(args[1..]);
return 0;
