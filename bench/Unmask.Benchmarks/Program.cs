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

if (args is ["object-share", var classifier, var photos, ..])
{
    ObjectShare.Run(classifier, photos, args[3..]);
    return 0;
}

Console.Error.WriteLine("""
    usage: rise-time MODEL.onnx [MASKS] [PREPROCESSING]       time and peak memory of RISE on one photo
           curve-cost MODEL.onnx [PREPROCESSING] [MAPS]       deletion and insertion against plain forward passes, one and all threads
           object-share MODEL.onnx COCO_FOLDER [PREPROCESSING] [MASKS]   share of positive attribution inside objects
    """);
return 2;
