using Unmask.Benchmarks;

if (args is ["rise-time", var model, ..])
{
    RiseTime.Run(model, args[2..]);
    return 0;
}

if (args is ["curve-cost", var measured, ..])
{
    CurveCost.Run(measured, args[2..]);
    return 0;
}

if (args is ["rise-scores", var scored, var scoredPhotos, var kept, ..])
{
    RiseQualityScores.Run(scored, scoredPhotos, kept, args[4..]);
    return 0;
}

if (args is ["rise-quality", var network, var folder, var cache, ..])
{
    RiseQuality.Run(network, folder, cache, args[4..]);
    return 0;
}

if (args is ["int8-probing", var probed, var pictures, ..])
{
    Int8Probing.Run(probed, pictures, args[3..]);
    return 0;
}

if (args is ["gradient-time", var differentiated, ..])
{
    GradientTime.Run(differentiated, args[2..]);
    return 0;
}

if (args is ["weight-gradient-time", var trained, ..])
{
    WeightGradientTime.Run(trained, args[2..]);
    return 0;
}

if (args is ["infill-quality", var filled, ..])
{
    InfillQuality.Run(filled, args[2..]);
    return 0;
}

if (args is ["infill-sheet", var sheet, ..])
{
    InfillSheet.Run(sheet, args[2..]);
    return 0;
}

if (args is ["fido-infills", var explained, var located, var maps, var inpainter, ..])
{
    FidoInfills.Run(explained, located, maps, inpainter, args[5..]);
    return 0;
}

Console.Error.WriteLine("""
    usage: rise-time MODEL.onnx [MASKS] [PREPROCESSING]       time and peak memory of RISE on one photo
           curve-cost MODEL.onnx [PREPROCESSING] [MAPS]       deletion and insertion against plain forward passes, one and all threads
           rise-quality MODEL.onnx PHOTOS CACHE [PREPROCESSING] [PHOTO_COUNT]   quality against forward passes; resumes from CACHE
           rise-scores MODEL.onnx PHOTOS CACHE [PREPROCESSING]   deletion and insertion of the maps that rise-quality kept
           int8-probing MODEL.onnx PHOTOS_FOLDER [PREPROCESSING] [MASKS] [COUNT]   RISE in int8 against float32: time and agreement
           gradient-time MODEL.onnx [ITEMS] [PROFILE]              forward pass against forward and input gradient, and Integrated Gradients
           weight-gradient-time MODEL.onnx [BATCH]                 forward pass against forward and the gradients of all weights
           infill-quality PHOTOS_FOLDER INFILL…                   how far in-fills are from what was hidden, under masks of four kinds
           fido-infills MODEL.onnx PHOTOS CACHE INPAINTER.onnx [PREPROCESSING] [COUNT] [pixels|cells] [STEPS]   FIDO with a generative in-fill against others; resumes from CACHE
           infill-sheet FILE.png INFILL…                          the built-in photo under one mask, in each in-fill
    """);
return 2;
